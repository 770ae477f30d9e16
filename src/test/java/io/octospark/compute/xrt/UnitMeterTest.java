package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.PhaseClock;
import org.junit.jupiter.api.Test;

class UnitMeterTest {
    private final PhaseClock clock = new PhaseClock();
    private final UnitMeter meter = new UnitMeter(clock);

    @Test
    void measuresOnTheTasksClock() {
        assertThat(meter.clock()).isSameAs(clock);
    }

    @Test
    void thereIsNoShareBeforeACallIsOver() {
        assertThat(meter.busyShare()).isEmpty();
        meter.started(100);
        assertThat(meter.busyShare()).isEmpty();
        meter.ended(100);
        assertThat(meter.busyShare()).as("a call without length").isEmpty();
    }

    @Test
    void callsOneAfterTheOtherCountWithoutTheirGaps() {
        meter.started(100);
        meter.ended(130);
        assertThat(meter.busyShare()).hasValue(1);
        meter.started(150);
        meter.ended(160);
        meter.started(190);
        meter.ended(200);
        assertThat(meter.busyShare()).hasValue(0.5);
    }

    @Test
    void overlappingCallsCountOnce() {
        meter.started(0);
        meter.started(10);
        meter.ended(30);
        meter.started(35);
        meter.ended(40);
        meter.ended(60);
        meter.started(70);
        meter.ended(80);
        assertThat(meter.busyShare()).hasValue(70 / 80.0);
    }

    @Test
    void aCallUnderWayCountsUpToTheLastEnd() {
        meter.started(0);
        meter.started(10);
        meter.ended(40);
        assertThat(meter.busyShare()).hasValue(1);
        meter.ended(50);
        meter.started(90);
        meter.started(95);
        meter.ended(100);
        assertThat(meter.busyShare()).hasValue(0.6);
    }

    @Test
    void threadsMayComeInAnotherOrderThanTheirTimes() {
        meter.started(0);
        meter.started(5);
        meter.ended(52);
        meter.ended(50);
        assertThat(meter.busyShare()).hasValue(1);
        meter.started(51);
        meter.ended(60);
        assertThat(meter.busyShare()).hasValue(1);
    }

    /** The origin of {@link System#nanoTime} is anywhere. */
    @Test
    void timesMayBeNegative() {
        meter.started(-100);
        assertThat(meter.busyShare()).isEmpty();
        meter.ended(-80);
        meter.started(-70);
        meter.ended(-60);
        assertThat(meter.busyShare()).hasValue(0.75);
    }

    @Test
    void timesMayRunOver() {
        meter.started(Long.MAX_VALUE - 9);
        meter.ended(Long.MIN_VALUE + 10);
        assertThat(meter.busyShare()).hasValue(1);
    }
}
