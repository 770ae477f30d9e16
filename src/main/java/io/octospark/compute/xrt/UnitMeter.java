package io.octospark.compute.xrt;

import io.octospark.compute.PhaseClock;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;

/**
 * The measurements of a unit while a task has it: phases on the task's clock, and the share of the time in which the unit
 * was busy. Safe for use by several threads.
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
    private long calls;

    UnitMeter(PhaseClock clock) {
        this.clock = clock;
    }

    PhaseClock clock() {
        return clock;
    }

    /** Refuses further calls. */
    void close() {
        closed = true;
    }

    /** Throws after the end of the task: a product of many tiles ends at the next tile. */
    void checkOpen() {
        if (closed) {
            throw new CancellationException("the task has given the unit back");
        }
    }

    /** Counts a call that was given to the unit. */
    synchronized void started(long now) {
        if (!called) {
            called = true;
            firstStart = now;
        }
        if (executing++ == 0) {
            // Threads read the clock before they come here, and may come in another order.
            busySince = ended ? later(now, lastEnd) : now;
        }
    }

    /** Counts the end of a call. */
    synchronized void ended(long now) {
        long end = later(now, busySince);
        // Up to here at every end, as calls that overlap may be under way when the share is asked for.
        busyNanos += end - busySince;
        busySince = end;
        executing--;
        calls++;
        ended = true;
        lastEnd = end;
    }

    /** Returns the share of the time between first start and last end in which there was a call; empty before an end. */
    synchronized OptionalDouble busyShare() {
        return spanNanos() > 0 ? OptionalDouble.of((double) busyNanos / spanNanos()) : OptionalDouble.empty();
    }

    /** Returns the number of finished calls. */
    synchronized long calls() {
        return calls;
    }

    /** Returns the time in which there was a call, up to the last end. */
    synchronized long busyNanos() {
        return busyNanos;
    }

    /** Returns the time between first start and last end; 0 before the first end. */
    synchronized long spanNanos() {
        return ended ? lastEnd - firstStart : 0;
    }

    /** Returns the later of two values of System.nanoTime, which may overflow. */
    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }
}
