package io.octospark.reconstruct;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.UnitDescription;
import io.octospark.model.DataGrid;
import io.octospark.results.GridRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Each grid by itself, through the products of a compute unit; as many at the same time as the unit takes. */
public final class UnitWork implements GridWork {
    private final ComputeUnit<?> unit;
    private final Pipeline<DataGrid, GridRecord> records;

    /**
     * @param unit closed with this
     * @param workers one for each grid in flight
     * @param checkKilled throws when the task is to end
     */
    public UnitWork(
            ComputeUnit<?> unit,
            Iterator<DataGrid> grids,
            List<Function<DataGrid, GridRecord>> workers,
            Runnable checkKilled) {
        this.unit = unit;
        records = new Pipeline<>(grids, workers, checkKilled);
    }

    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    @Override
    public GridRecord next() {
        return records.next();
    }

    @Override
    public Optional<Fault> fault() {
        return records.fault()
                .map(cause -> new Fault(
                        cause, records.unfinished().stream().map(DataGrid::id).toList()));
    }

    @Override
    public UnitDescription description() {
        return unit.description();
    }

    @Override
    public OptionalDouble busyShare() {
        return unit.busyShare();
    }

    @Override
    public List<DeviceSample> takeSamples() {
        return unit.takeSamples();
    }

    @Override
    public void close() {
        records.close();
        unit.close();
    }
}
