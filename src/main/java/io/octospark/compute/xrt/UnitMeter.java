package io.octospark.compute.xrt;

import io.octospark.compute.PhaseClock;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;

/**
 * What is measured of a unit while a task has it: phases on the task's clock, and how much of the time the unit was busy.
 * Safe for use by several threads.
 */
final class UnitMeter {
    private final PhaseClock clock;
    private volatile boolean closed;
    private int executing;
    private boolean called;
    private boolean ended;
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

    /** No call is to be started any more. */
    void close() {
        closed = true;
    }

    /** Refuses calls after the end of the task: a product of many tiles ends at the next one. */
    void checkOpen() {
        if (closed) {
            throw new CancellationException("the task has given the unit back");
        }
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
        // Up to here at every end, as calls that overlap may be under way when the share is asked for.
        busyNanos += now - busySince;
        busySince = now;
        executing--;
        ended = true;
        lastEnd = now;
    }

    /** Share of the time between first start and last end in which there was a call; empty before the first end. */
    synchronized OptionalDouble busyShare() {
        return ended && lastEnd - firstStart > 0
                ? OptionalDouble.of((double) busyNanos / (lastEnd - firstStart))
                : OptionalDouble.empty();
    }
}
