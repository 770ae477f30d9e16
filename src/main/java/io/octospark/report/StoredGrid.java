package io.octospark.report;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * A row of the table of grids.
 *
 * @param runId its run
 * @param repeat repeat of the run, from 0
 * @param gridId number of the grid
 * @param stopReason why the inversion ended
 * @param residual the last misfit, if there is one
 * @param residualHistory the misfit by pass; non-linear inversions have one after every inner pass of all outer passes and stages
 * @param chi the contrast that was found; empty if the grid failed
 * @param modelError relative to the truth, if that is known
 * @param error why the grid failed, if it did
 */
@SuppressWarnings("ArrayRecordComponent") // drawn, never compared
record StoredGrid(
        String runId,
        int repeat,
        long gridId,
        String stopReason,
        Optional<Double> residual,
        double[] residualHistory,
        Optional<double[]> chi,
        Optional<Double> modelError,
        Optional<String> error) {

    /** Returns the columns that {@link #of} needs. */
    static String[] columns() {
        return new String[] {
            "run_id", "repeat", "grid_id", "stop_reason", "residual", "residual_history", "chi", "model_error", "error"
        };
    }

    static StoredGrid of(Row row) {
        return new StoredGrid(
                row.getAs("run_id"),
                row.<Integer>getAs("repeat"),
                row.<Long>getAs("grid_id"),
                row.getAs("stop_reason"),
                Optional.ofNullable(row.getAs("residual")),
                numbers(row, "residual_history").orElse(new double[0]),
                numbers(row, "chi"),
                Optional.ofNullable(row.getAs("model_error")),
                Optional.ofNullable(row.getAs("error")));
    }

    private static Optional<double[]> numbers(Row row, String column) {
        int index = row.fieldIndex(column);
        if (row.isNullAt(index)) {
            return Optional.empty();
        }
        List<Double> values = row.getList(index);
        return Optional.of(values.stream()
                .mapToDouble(value -> value == null ? Double.NaN : value)
                .toArray());
    }

    String title() {
        return "Grid %d of run %s%s".formatted(gridId, runId, repeat == 0 ? "" : ", repeat " + repeat);
    }

    /** Says how the inversion ended. */
    String outcome() {
        return "%s after %d %s%s%s"
                .formatted(
                        stopReason,
                        residualHistory.length,
                        residualHistory.length == 1 ? "pass" : "passes",
                        residual.map(value -> ", residual " + Ticks.label(value))
                                .orElse(""),
                        modelError
                                .map(value -> ", model error " + Ticks.label(value))
                                .orElse(""));
    }

    /**
     * Says why the contrast can't be drawn; empty if it can.
     *
     * @param frame where its cells are, if known
     * @param noFrame why that is not known
     */
    Optional<String> obstacle(Optional<GridFrame> frame, String noFrame) {
        if (chi.isEmpty()) {
            return Optional.of("no reconstruction: " + error.orElse(stopReason));
        }
        if (frame.isEmpty()) {
            return Optional.of(noFrame);
        }
        int cells = frame.get().grid().cells();
        int found = chi.get().length;
        return found == cells
                ? Optional.empty()
                : Optional.of("the reconstruction has %d cells, the configuration %d".formatted(found, cells));
    }
}
