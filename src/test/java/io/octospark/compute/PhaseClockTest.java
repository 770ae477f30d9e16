package io.octospark.compute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PhaseClockTest {
    @Test
    void addsUpCalls() {
        PhaseClock clock = new PhaseClock();
        clock.add(Phase.UPDATE, 300, 8);
        clock.add(Phase.DOTPROD, 5, 0);
        clock.add(Phase.UPDATE, 100, 16);

        assertThat(clock.timing(Phase.UPDATE)).isEqualTo(new PhaseTiming(Phase.UPDATE, 2, 400, 100, 300, 24));
        assertThat(clock.timing(Phase.UPLOAD)).isEqualTo(PhaseTiming.none(Phase.UPLOAD));
        assertThat(clock.timings()).extracting(PhaseTiming::phase).containsExactly(Phase.DOTPROD, Phase.UPDATE);
    }
}
