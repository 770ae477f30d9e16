package io.octospark.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.model.ComplexVector;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GridDeadlineTest {
    private final List<String> calls = new ArrayList<>();

    private final ForwardModel model = (frequency, contrast) -> {
        calls.add("fields");
        return new ComplexVector[0];
    };

    private final LoadableOperator slot = new LoadableOperator() {
        @Override
        public void load(RowOperator operator) {
            calls.add("load");
        }

        @Override
        public int rows() {
            return 7;
        }

        @Override
        public int cells() {
            return 3;
        }

        @Override
        public void forward(double[] contrast, ComplexVector data) {
            calls.add("forward");
        }

        @Override
        public void adjoint(ComplexVector residual, double[] gradient) {
            calls.add("adjoint");
        }
    };

    private List<ThrowingCallable> all(GridDeadline deadline) {
        LoadableOperator there = deadline.on(slot);
        assertThat(there.rows()).isEqualTo(7);
        assertThat(there.cells()).isEqualTo(3);
        return List.of(
                () -> there.load(null),
                () -> there.forward(null, null),
                () -> there.adjoint(null, null),
                () -> deadline.on(model).totalFields(0, null));
    }

    @Test
    void nothingIsAskedForAfterTheDeadline() {
        GridDeadline deadline = new GridDeadline(Optional.of(Duration.ofMillis(5)));
        long start = System.nanoTime();
        deadline.begin();
        while (System.nanoTime() - start < 10_000_000) {
            Thread.onSpinWait();
        }

        assertThat(all(deadline)).allSatisfy(call -> assertThatThrownBy(call)
                .isInstanceOf(GridDeadline.Passed.class)
                .hasFieldOrPropertyWithValue("limit", Duration.ofMillis(5)));
        assertThat(calls).isEmpty();
    }

    @Test
    void everyGridHasTheWholeTime() throws Throwable {
        GridDeadline deadline = new GridDeadline(Optional.of(Duration.ofHours(1)));
        deadline.begin();
        for (ThrowingCallable call : all(deadline)) {
            call.call();
        }
        assertThat(calls).containsExactly("load", "forward", "adjoint", "fields");
    }

    @Test
    void withoutALimitNothingIsRefused() throws Throwable {
        GridDeadline deadline = new GridDeadline(Optional.empty());
        for (ThrowingCallable call : all(deadline)) {
            call.call();
        }
        assertThat(calls).containsExactly("load", "forward", "adjoint", "fields");
    }
}
