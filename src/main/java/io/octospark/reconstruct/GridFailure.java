package io.octospark.reconstruct;

import io.octospark.compute.GridDeadline;
import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.inversion.Reconstruction;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What exceptions out of the inversion of one grid mean: a grid that can't be computed must not end those of others. */
final class GridFailure {
    private static final Logger LOGGER = LoggerFactory.getLogger(GridFailure.class);

    /** Traces that a process logs. */
    private static final int MOST_TRACES = 1000;

    private static final AtomicInteger TRACES = new AtomicInteger();

    private GridFailure() {}

    /**
     * The result of a grid whose inversion has thrown.
     *
     * @throws RuntimeException the exception itself if it is not of the grid: of the unit, of the end of the task, or what
     *     the user can correct
     */
    static Reconstruction of(long grid, RuntimeException e) {
        if (e instanceof GridDeadline.Passed passed) {
            return Reconstruction.tookTooLong(passed.limit());
        }
        if (e instanceof Failure
                || e instanceof CancellationException
                || Thread.currentThread().isInterrupted()) {
            throw e;
        }
        String error = e.toString().strip().replaceAll("\\s+", " ");
        // A fault that all of a million grids have must not fill the disk.
        if (TRACES.incrementAndGet() > MOST_TRACES) {
            return Reconstruction.failed(ErrorCode.INTERNAL, error);
        }
        LOGGER.error("Grid {} fails alone, by an unexpected exception", grid, e);
        return Reconstruction.failed(ErrorCode.INTERNAL, error + "; the log has the trace");
    }
}
