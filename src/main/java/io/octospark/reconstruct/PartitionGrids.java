package io.octospark.reconstruct;

import io.octospark.model.DataGrid;
import io.octospark.model.GridRanges;
import io.octospark.results.StopRequest;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The grids of a partition until a limit of the task is reached or the run stops. Serves one thread. */
public final class PartitionGrids implements Iterator<DataGrid> {
    private final Iterator<DataGrid> grids;
    private final GridRanges all;
    private final TaskLimits limits;
    private final StopRequest.Watch stop;
    private final long start = System.nanoTime();
    private long taken;
    private boolean ended;

    public PartitionGrids(Iterator<DataGrid> grids, GridRanges all, TaskLimits limits, StopRequest.Watch stop) {
        this.grids = grids;
        this.all = all;
        this.limits = limits;
        this.stop = stop;
    }

    @Override
    public boolean hasNext() {
        ended |= limits.isReached(taken, System.nanoTime() - start) || stop.isStopped();
        return !ended && grids.hasNext();
    }

    @Override
    public DataGrid next() {
        // Not asked again: a grid that was said to be there is.
        if (ended) {
            throw new NoSuchElementException("the task takes no further grid");
        }
        DataGrid grid = grids.next();
        taken++;
        return grid;
    }

    /** The grids that were not taken. */
    public GridRanges rest() {
        return all.part(taken, Long.MAX_VALUE - taken);
    }
}
