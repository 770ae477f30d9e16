package io.octospark.compute.xrt;

import io.octospark.compute.PhaseClock;
import java.util.OptionalDouble;

/**
 * What is measured of a unit while a task has it: phases on the task's clock, and how much of the time the unit was busy.
 * Safe for use by several threads.
 */
final class UnitMeter {
    private final PhaseClock clock;
    private int executing;
    private boolean called;
    private long firstStart;
    private long lastEnd;
    private long busySince;
    private long busyNanos;

    UnitMeter(PhaseClock clock) {
        this.clock = clock;
    }

    PhaseClock clock() {
        return clock;
    }

    /** A call was given to the unit. */
    synchronized void started(long now) {
        if (!called) {
            called = true;
            firstStart = now;
        }
        if (executing++ == 0) {
            busySince = now;
        }
    }

    /** A call is over. */
    synchronized void ended(long now) {
        if (--executing == 0) {
            busyNanos += now - busySince;
        }
        lastEnd = now;
    }

    /** Share of the time between first start and last end in which there was a call; empty before the first end. */
    synchronized OptionalDouble busyShare() {
        return lastEnd > firstStart
                ? OptionalDouble.of((double) busyNanos / (lastEnd - firstStart))
                : OptionalDouble.empty();
    }
}
