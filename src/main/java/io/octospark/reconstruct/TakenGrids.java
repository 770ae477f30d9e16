package io.octospark.reconstruct;

import io.octospark.model.DataGrid;
import io.octospark.model.GridRanges;
import io.octospark.results.StopRequest;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The grids of a partition, up to the end of its unit's share or of the run. Serves one thread. */
public final class TakenGrids implements Iterator<DataGrid> {
    private final Iterator<DataGrid> grids;
    private final GridRanges all;
    private final UnitShare share;
    private final StopRequest.Watch stop;
    private final long start = System.nanoTime();
    private long taken;
    private boolean ended;

    public TakenGrids(Iterator<DataGrid> grids, GridRanges all, UnitShare share, StopRequest.Watch stop) {
        this.grids = grids;
        this.all = all;
        this.share = share;
        this.stop = stop;
    }

    @Override
    public boolean hasNext() {
        // A share has a grid at least: work that is due goes on.
        boolean due = taken >= share.grids()
                || (taken > 0 && System.nanoTime() - start >= share.time().toNanos());
        ended |= due || stop.isStopped();
        return !ended && grids.hasNext();
    }

    @Override
    public DataGrid next() {
        // Not asked again: a grid that was said to be there is.
        if (ended) {
            throw new NoSuchElementException("the unit's share is done");
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
