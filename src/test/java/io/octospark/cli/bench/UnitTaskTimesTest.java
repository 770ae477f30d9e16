package io.octospark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.cli.bench.UnitTaskTimes.Span;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnitTaskTimesTest {
    @Test
    void countsTimeThatSpansShareOnce() {
        assertThat(UnitTaskTimes.seconds(List.of())).isZero();
        assertThat(UnitTaskTimes.seconds(List.of(
                        new Span(5000, 6000),
                        new Span(1000, 3000),
                        new Span(1500, 2000),
                        new Span(2500, 3500),
                        new Span(6000, 6250))))
                .isEqualTo(3.75);
    }

    @Test
    void doesNotWaitForEverForARunThatIsNotKnown() {
        assertThatThrownBy(() -> new UnitTaskTimes().of("none", Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Spark has not told when the tasks of run none ended");
    }
}
