package io.octospark.report;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * A grid as the table of grids has it.
 *
 * @param runId its run
 * @param repeat repeat of the run, from 0
 * @param gridId number of the grid
 * @param stopReason why the inversion ended
 * @param residual the last misfit, or null
 * @param residualHistory the misfit by pass; of non-linear inversions after every inner pass, of all outer passes and stages
 * @param contrast what was found; empty if the grid failed
 * @param modelError relative to the truth, or null
 * @param error why the grid failed, or null
 */
@SuppressWarnings("ArrayRecordComponent") // drawn, never compared
record StoredGrid(
        String runId,
        int repeat,
        long gridId,
        String stopReason,
        Double residual,
        double[] residualHistory,
        Optional<double[]> contrast,
        Double modelError,
        String error) {

    /** The columns that {@link #of} needs. */
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
                row.getAs("residual"),
                numbers(row, "residual_history").orElse(new double[0]),
                numbers(row, "chi"),
                row.getAs("model_error"),
                row.getAs("error"));
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

    /** How the inversion ended, in words. */
    String outcome() {
        return "%s after %d %s%s%s"
                .formatted(
                        stopReason,
                        residualHistory.length,
                        residualHistory.length == 1 ? "pass" : "passes",
                        residual == null ? "" : ", residual " + Ticks.label(residual),
                        modelError == null ? "" : ", model error " + Ticks.label(modelError));
    }

    /**
     * Why the contrast can't be drawn; empty if it can.
     *
     * @param frame where its cells are, if known
     * @param noFrame why that is not known
     */
    Optional<String> obstacle(Optional<GridFrame> frame, String noFrame) {
        if (contrast.isEmpty()) {
            return Optional.of("no reconstruction: " + (error == null ? stopReason : error));
        }
        if (frame.isEmpty()) {
            return Optional.of(noFrame);
        }
        int cells = frame.get().grid().cells();
        int found = contrast.get().length;
        return found == cells
                ? Optional.empty()
                : Optional.of("the reconstruction has %d cells, the configuration %d".formatted(found, cells));
    }
}
