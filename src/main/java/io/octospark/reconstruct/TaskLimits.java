package io.octospark.reconstruct;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a unit goes in one task, and how long it may work on a grid. A task takes no further grid when {@code time} or
 * {@code grids} is reached; another one has the rest.
 */
public final class TaskLimits implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Duration time;
    private final long grids;

    /** Null for none: an Optional can't be sent to executors. */
    private final Duration gridDeadline;

    /**
     * @param time since the start of the task
     * @param grids grids taken
     * @param gridDeadline time after which a grid fails
     */
    public TaskLimits(Duration time, long grids, Optional<Duration> gridDeadline) {
        this.time = time;
        this.grids = grids;
        this.gridDeadline = gridDeadline.orElse(null);
    }

    /** Whether a task that has taken these grids in this time takes no more. It takes one at least, so that work goes on. */
    boolean isReached(long taken, long nanos) {
        return taken >= grids || (taken > 0 && nanos >= time.toNanos());
    }

    /** Time after which a grid fails. */
    public Optional<Duration> gridDeadline() {
        return Optional.ofNullable(gridDeadline);
    }
}
