package io.octospark.spark;

import io.octospark.cluster.UnitAssignment;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.inversion.batch.BatchInput;
import io.octospark.inversion.batch.BatchInversion;
import io.octospark.inversion.batch.BatchResult;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.results.GridRecord;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;

/** Many grids at once on a core. Grids come in as lanes become free; what can't be inverted goes past the lanes. */
final class BatchWork implements GridWork {
    /** A grid in a lane. */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record InLane(DataGrid grid, double[] truth, long since) {}

    private final Iterator<DataGrid> grids;
    private final UnitAssignment assignment;
    private final int repeat;
    private final DataKind dataKind;
    private final PhaseClock clock;
    private final Runnable checkKilled;
    private final int lanes;
    private final Iterator<BatchResult<InLane>> results;
    private final Queue<GridRecord> ready = new ArrayDeque<>();

    /** Time that the source took while the inversion waited for grids. */
    private long inSource;

    BatchWork(
            BatchInversion inversion,
            Iterator<DataGrid> grids,
            UnitAssignment assignment,
            int repeat,
            DataKind dataKind,
            PhaseClock clock,
            Runnable checkKilled) {
        this.grids = grids;
        this.assignment = assignment;
        this.repeat = repeat;
        this.dataKind = dataKind;
        this.clock = clock;
        this.checkKilled = checkKilled;
        lanes = inversion.lanes();
        results = inversion.invert(new Inputs());
    }

    @Override
    public boolean hasNext() {
        if (!ready.isEmpty()) {
            return true;
        }
        checkKilled.run();
        long start = System.nanoTime();
        long inProducts = clock.timing(Phase.DOTPROD).totalNanos();
        inSource = 0;
        if (results.hasNext()) {
            ready.add(record(results.next()));
        }
        long elapsed = System.nanoTime() - start;
        clock.add(
                Phase.HOST_MATH,
                elapsed - inSource - (clock.timing(Phase.DOTPROD).totalNanos() - inProducts),
                0);
        return !ready.isEmpty();
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
        boolean failed = reconstruction.stopReason() == StopReason.FAILED;
        // The other lanes had their share of this time.
        double seconds = (System.nanoTime() - grid.since()) / 1e9 / lanes;
        return record(grid.grid(), reconstruction, failed ? null : reconstruction.relativeError(grid.truth()), seconds);
    }

    private GridRecord record(DataGrid grid, Reconstruction reconstruction, Double modelError, double seconds) {
        return new GridRecord(
                repeat, grid.id(), assignment.partition(), assignment.cu(), reconstruction, modelError, seconds);
    }

    @Override
    public UnitDescription description() {
        return CpuBackend.description();
    }

    @Override
    public OptionalDouble busyShare() {
        return OptionalDouble.empty();
    }

    @Override
    public List<DeviceSample> takeSamples() {
        return List.of();
    }

    @Override
    public void close() {
        // A core has nothing to give back.
    }

    /** The grids that can be inverted. */
    private final class Inputs implements Iterator<BatchInput<InLane>> {
        private DataGrid next;

        @Override
        public boolean hasNext() {
            long start = System.nanoTime();
            while (next == null && grids.hasNext()) {
                checkKilled.run();
                DataGrid grid = grids.next();
                Optional<String> fault = grid.problem(dataKind);
                if (fault.isPresent()) {
                    ready.add(record(grid, Reconstruction.failed(fault.get()), null, 0));
                } else {
                    next = grid;
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
            DataGrid grid = next;
            next = null;
            double[] truth =
                    grid.contrast(dataKind, assignment.problem().survey().backgroundVelocity());
            return BatchInput.ofContrast(new InLane(grid, truth, System.nanoTime()), truth);
        }
    }
}
