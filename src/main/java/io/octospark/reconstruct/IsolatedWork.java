package io.octospark.reconstruct;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.UnitDescription;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.Reconstruction;
import io.octospark.results.GridRecord;
import io.octospark.results.ModelComparison;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Work on a grid that units have failed with: if the unit fails again, the grid gets the blame, and a row that says so. */
final class IsolatedWork implements GridWork {
    private final GridWork work;
    private final GridContext context;
    private final long start = System.nanoTime();
    private Long blamed;

    IsolatedWork(GridWork work, GridContext context) {
        this.work = work;
        this.context = context.on(work.description());
    }

    @Override
    public boolean hasNext() {
        return work.hasNext() || (blamed == null && work.fault().isPresent());
    }

    @Override
    public GridRecord next() {
        if (work.hasNext()) {
            return work.next();
        }
        Fault fault = work.fault()
                .filter(failed -> blamed == null)
                .orElseThrow(() -> new NoSuchElementException("the grid is done"));
        blamed = fault.inFlight().get(0);
        return context.record(
                blamed,
                Reconstruction.failed(
                        ErrorCode.GRID_ATTEMPTS,
                        "units fail with it, again when it was alone on one: "
                                + fault.cause().getMessage()),
                ModelComparison.NONE,
                (System.nanoTime() - start) / 1e9);
    }

    @Override
    public Optional<Long> blamed() {
        return Optional.ofNullable(blamed);
    }

    @Override
    public Optional<Fault> fault() {
        return work.fault();
    }

    @Override
    public UnitDescription description() {
        return work.description();
    }

    @Override
    public OptionalDouble busyShare() {
        return work.busyShare();
    }

    @Override
    public List<DeviceSample> takeSamples() {
        return work.takeSamples();
    }

    @Override
    public void close() {
        work.close();
    }
}
