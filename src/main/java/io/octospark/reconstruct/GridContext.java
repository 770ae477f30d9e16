package io.octospark.reconstruct;

import io.octospark.compute.UnitDescription;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.GridRecord;
import io.octospark.results.ModelComparison;
import io.octospark.results.UnitPlace;
import java.time.Duration;
import java.util.Optional;

/**
 * What the grids of a partition have in common, and with it the one place where their rows are made.
 *
 * @param repeat repeat of the run, from 0
 * @param assignment the partition
 * @param cu number of the unit that computes, from 1; another one may have taken the place of the planned one
 * @param dataKind what the numbers of the grids are
 * @param backend what the unit is, as the table says it
 * @param deadline time that a grid may take
 */
public record GridContext(
        int repeat, UnitAssignment assignment, int cu, DataKind dataKind, String backend, Optional<Duration> deadline) {

    /** The partition on the unit that it was planned for. */
    public static GridContext planned(
            int repeat, UnitAssignment assignment, DataKind dataKind, String backend, Optional<Duration> deadline) {
        return new GridContext(repeat, assignment, assignment.cu(), dataKind, backend, deadline);
    }

    /** The same on the unit that was opened. */
    public GridContext on(UnitDescription unit) {
        return unit.cu() == null ? this : new GridContext(repeat, assignment, unit.cu(), dataKind, backend, deadline);
    }

    /** The problem that the unit inverts. */
    public InversionProblem problem() {
        return assignment.problem();
    }

    /** Whether the grids are measured data, of which no true model is known. */
    public boolean isMeasured() {
        return dataKind == DataKind.PRESSURE;
    }

    /** The true contrast of a grid that is a model. */
    double[] contrast(DataGrid grid) {
        return grid.contrast(dataKind, problem().survey().backgroundVelocity());
    }

    /**
     * The row of a grid.
     *
     * @param seconds time that it took
     */
    GridRecord record(long grid, Reconstruction reconstruction, ModelComparison comparison, double seconds) {
        return new GridRecord(
                grid,
                new GridRecord.Context(place(), backend, dataKind, problem().sameOperator()),
                reconstruction,
                comparison,
                seconds);
    }

    /** The partition and the unit that works on it. */
    public UnitPlace place() {
        return new UnitPlace(repeat, assignment.partition(), assignment.id(), cu);
    }
}
