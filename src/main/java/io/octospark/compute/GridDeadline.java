package io.octospark.compute;

import io.octospark.model.ComplexVector;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import java.time.Duration;
import java.util.Optional;

/**
 * Ends the inversion of a grid that takes too long: products and total fields that are asked for after that time throw.
 * What is under way is not interrupted. For one grid after the other; serves one thread at a time. Without a limit nothing
 * is looked at.
 */
public final class GridDeadline {
    private final Optional<Duration> limit;
    private final long nanos;
    private long begin;

    /** A grid has taken too long. */
    public static final class Passed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Duration limit;

        private Passed(Duration limit) {
            this.limit = limit;
        }

        /** Returns what the grid was allowed to take. */
        public Duration limit() {
            return limit;
        }
    }

    /** @param limit what a grid may take, more than 0; empty for any time */
    public GridDeadline(Optional<Duration> limit) {
        this.limit = limit;
        nanos = limit.map(Duration::toNanos).orElse(Long.MAX_VALUE);
    }

    /** Another grid begins. */
    public void begin() {
        begin = System.nanoTime();
    }

    private void check() {
        if (System.nanoTime() - begin > nanos) {
            throw new Passed(limit.orElseThrow());
        }
    }

    /** The products, as long as there is time. */
    public LinearOperator on(LinearOperator operator) {
        return limit.isEmpty() ? operator : new Products(operator);
    }

    /** The place for operators, as long as there is time. */
    public LoadableOperator on(LoadableOperator place) {
        return limit.isEmpty() ? place : new Place(place);
    }

    /** The forward model, as long as there is time. */
    public ForwardModel on(ForwardModel model) {
        if (limit.isEmpty()) {
            return model;
        }
        return (frequency, contrast) -> {
            check();
            return model.totalFields(frequency, contrast);
        };
    }

    private class Products implements LinearOperator {
        private final LinearOperator operator;

        Products(LinearOperator operator) {
            this.operator = operator;
        }

        @Override
        public int rows() {
            return operator.rows();
        }

        @Override
        public int cells() {
            return operator.cells();
        }

        @Override
        public void forward(double[] contrast, ComplexVector data) {
            check();
            operator.forward(contrast, data);
        }

        @Override
        public void adjoint(ComplexVector residual, double[] gradient) {
            check();
            operator.adjoint(residual, gradient);
        }
    }

    private final class Place extends Products implements LoadableOperator {
        private final LoadableOperator place;

        Place(LoadableOperator place) {
            super(place);
            this.place = place;
        }

        @Override
        public void load(RowOperator operator) {
            check();
            place.load(operator);
        }
    }
}
