package io.octospark.reconstruct;

import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.batch.BatchInput;
import io.octospark.inversion.batch.BatchInversion;
import io.octospark.inversion.batch.BatchProjection;
import io.octospark.inversion.batch.BatchResult;
import io.octospark.model.DataGrid;
import io.octospark.results.GridRecord;
import io.octospark.results.ModelComparison;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;

/**
 * Many grids at once on a core. Models come in as lanes become free, measured data by as many grids as are projected at
 * once; what can't be inverted goes past the lanes. What one grid is at fault for fails that grid alone, see {@link
 * GridFailure}.
 */
public final class BatchWork implements GridWork {
    /**
     * A grid in a lane.
     *
     * @param truth its contrast, or null
     * @param since when it came in
     * @param secondsBefore its share of the projection
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record InLane(long id, double[] truth, long since, double secondsBefore) {}

    private final Iterator<DataGrid> grids;
    private final GridContext context;
    private final PhaseClock clock;
    private final Runnable checkKilled;
    private final int lanes;
    private final Iterator<BatchResult<InLane>> results;
    private final Queue<GridRecord> ready = new ArrayDeque<>();

    /** Time that the source took while the inversion waited for grids. */
    private long inSource;

    /**
     * @param context with the deadline, as {@link BatchInversion#invert(Iterator, Optional)} counts it
     * @param projection of measured data; empty for models
     * @param checkKilled throws when the task is to end
     */
    public BatchWork(
            GridContext context,
            BatchInversion inversion,
            Optional<BatchProjection<Long>> projection,
            Iterator<DataGrid> grids,
            PhaseClock clock,
            Runnable checkKilled) {
        this.context = context;
        this.grids = grids;
        this.clock = clock;
        this.checkKilled = checkKilled;
        lanes = inversion.lanes();
        results = inversion.invert(
                projection.isPresent() ? new MeasuredInputs(projection.get()) : new Inputs(), context.deadline());
    }

    @Override
    public boolean hasNext() {
        if (!ready.isEmpty()) {
            return true;
        }
        checkKilled.run();
        long start = System.nanoTime();
        long productsBefore = inProducts();
        inSource = 0;
        if (results.hasNext()) {
            ready.add(record(results.next()));
        }
        long elapsed = System.nanoTime() - start;
        clock.add(Phase.HOST_MATH, elapsed - inSource - (inProducts() - productsBefore), 0);
        return !ready.isEmpty();
    }

    private long inProducts() {
        return clock.timing(Phase.DOTPROD).totalNanos()
                + clock.timing(Phase.UPDATE).totalNanos();
    }

    @Override
    public GridRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException("all grids are done");
        }
        return ready.remove();
    }

    private GridRecord record(BatchResult<InLane> result) {
        InLane grid = result.id();
        Reconstruction reconstruction = result.reconstruction();
        ModelComparison comparison = grid.truth() == null
                ? ModelComparison.NONE
                : ModelComparison.of(
                        reconstruction, grid.truth(), context.problem().grid());
        // The other lanes had their share of this time.
        double seconds = grid.secondsBefore() + (System.nanoTime() - grid.since()) / 1e9 / lanes;
        return context.record(grid.id(), reconstruction, comparison, seconds);
    }

    private void fail(DataGrid grid, Reconstruction failure) {
        ready.add(context.record(grid.id(), failure, ModelComparison.NONE, 0));
    }

    @Override
    public UnitDescription description() {
        return CpuBackend.description();
    }

    /** The models that can be inverted. */
    private final class Inputs implements Iterator<BatchInput<InLane>> {
        private BatchInput<InLane> next;

        @Override
        public boolean hasNext() {
            long start = System.nanoTime();
            while (next == null && grids.hasNext()) {
                checkKilled.run();
                DataGrid grid = grids.next();
                try {
                    next = input(grid);
                } catch (RuntimeException e) {
                    fail(grid, GridFailure.of(grid.id(), e));
                }
            }
            inSource += System.nanoTime() - start;
            return next != null;
        }

        @Override
        public BatchInput<InLane> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no grid is left");
            }
            BatchInput<InLane> input = next;
            next = null;
            return input;
        }

        /** A grid for a lane, or null if it is at fault. */
        private BatchInput<InLane> input(DataGrid grid) {
            Optional<String> fault = grid.problem(context.dataKind());
            if (fault.isPresent()) {
                fail(grid, Reconstruction.failed(ErrorCode.GRID_DATA, fault.get()));
                return null;
            }
            double[] truth = context.contrast(grid);
            int cells = context.problem().grid().cells();
            if (truth.length != cells) {
                throw new IllegalArgumentException("%d values for %d cells".formatted(truth.length, cells));
            }
            return BatchInput.ofContrast(new InLane(grid.id(), truth, System.nanoTime(), 0), truth);
        }
    }

    /** The measured data that can be inverted, projected before they come into their lanes. */
    private final class MeasuredInputs implements Iterator<BatchInput<InLane>> {
        private final BatchProjection<Long> projection;
        private final Queue<BatchInput<Long>> projected = new ArrayDeque<>();

        /** Time that each of them took. */
        private double seconds;

        MeasuredInputs(BatchProjection<Long> projection) {
            this.projection = projection;
        }

        @Override
        public boolean hasNext() {
            while (projected.isEmpty() && grids.hasNext()) {
                project();
            }
            return !projected.isEmpty();
        }

        /** Reads and projects as many as are projected at once. */
        private void project() {
            long start = System.nanoTime();
            long reading = 0;
            while (!projection.isFull()) {
                checkKilled.run();
                long before = System.nanoTime();
                DataGrid grid = grids.hasNext() ? grids.next() : null;
                reading += System.nanoTime() - before;
                if (grid == null) {
                    break;
                }
                try {
                    add(grid);
                } catch (RuntimeException e) {
                    fail(grid, GridFailure.of(grid.id(), e));
                }
            }
            projected.addAll(projection.project());
            long nanos = System.nanoTime() - start - reading;
            inSource += reading;
            clock.add(Phase.UPDATE, nanos, 0);
            seconds = nanos / 1e9 / Math.max(1, projected.size());
        }

        private void add(DataGrid grid) {
            double normSquared = projection.normSquared(grid.values());
            // A number that is not finite makes the norm so, which saves looking at each of them.
            Optional<String> fault = Double.isFinite(normSquared) ? Optional.empty() : grid.problem(context.dataKind());
            if (fault.isPresent()) {
                fail(grid, Reconstruction.failed(ErrorCode.GRID_DATA, fault.get()));
            } else {
                projection.add(grid.id(), grid.values(), normSquared);
            }
        }

        @Override
        public BatchInput<InLane> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no grid is left");
            }
            BatchInput<Long> data = projected.remove();
            InLane grid = new InLane(data.id(), null, System.nanoTime(), seconds);
            return BatchInput.ofData(grid, data.values(), data.dataNormSquared());
        }
    }
}
