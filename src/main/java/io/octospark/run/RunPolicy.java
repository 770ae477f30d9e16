package io.octospark.run;

import io.octospark.compute.cpu.CpuBackend;
import io.octospark.reconstruct.TaskLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * How much of a run may be lost, and what is done about faults.
 *
 * @param commitEvery time after which a unit's rows are committed while it goes on with the rest of its grids
 * @param commitGrids grids after which they are
 * @param gridAttempts failures of units after which a grid that was in flight at each of them fails itself
 * @param gridDeadline time after which a grid fails
 * @param fallback cores that go on when cards can't
 */
public record RunPolicy(
        Duration commitEvery,
        long commitGrids,
        int gridAttempts,
        Optional<Duration> gridDeadline,
        Optional<CpuBackend> fallback) {
    /** The default policy. */
    public static final RunPolicy DEFAULT =
            new RunPolicy(Duration.ofMinutes(5), Long.MAX_VALUE, 3, Optional.empty(), Optional.empty());

    /** The limits of each task. */
    TaskLimits limits() {
        return new TaskLimits(commitEvery, commitGrids, gridDeadline);
    }
}
