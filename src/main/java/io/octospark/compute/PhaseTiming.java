package io.octospark.compute;

import java.io.Serializable;

/**
 * The sum of one phase over a task.
 *
 * @param phase what was done
 * @param calls how often
 * @param totalNanos time of all calls
 * @param minNanos shortest call
 * @param maxNanos longest call
 * @param bytes bytes moved
 */
public record PhaseTiming(Phase phase, long calls, long totalNanos, long minNanos, long maxNanos, long bytes)
        implements Serializable {

    /** A phase that did not happen. */
    public static PhaseTiming none(Phase phase) {
        return new PhaseTiming(phase, 0, 0, 0, 0, 0);
    }

    PhaseTiming plus(long nanos, long moved) {
        return new PhaseTiming(
                phase,
                calls + 1,
                totalNanos + nanos,
                calls == 0 ? nanos : Math.min(minNanos, nanos),
                Math.max(maxNanos, nanos),
                bytes + moved);
    }

    /** Time of all calls in seconds. */
    public double totalSeconds() {
        return totalNanos / 1e9;
    }
}
