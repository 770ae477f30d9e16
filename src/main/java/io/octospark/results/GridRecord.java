package io.octospark.results;

import io.octospark.inversion.GridError;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.DataKind;
import org.apache.spark.sql.Row;

/**
 * A row of {@link ResultTable#GRIDS}. Its column {@code chi} is the contrast of the reconstruction.
 *
 * @param gridId number of the grid
 * @param context what the grids of a unit have in common
 * @param reconstruction what the inversion found
 * @param comparison with the true contrast
 * @param seconds time of the inversion
 */
public record GridRecord(
        long gridId, Context context, Reconstruction reconstruction, ModelComparison comparison, double seconds) {

    /**
     * What the grids that a unit computes for a partition have in common.
     *
     * @param place the partition and the unit
     * @param backend what the unit is
     * @param dataKind what the data are
     * @param sameOperator whether data of models are made by the inversion's own forward model; undefined for measured data
     */
    public record Context(UnitPlace place, String backend, DataKind dataKind, boolean sameOperator) {}

    /** Returns the row. */
    public Row toRow() {
        StopReason stopReason = reconstruction.stopReason();
        boolean failed = stopReason == StopReason.FAILED;
        boolean measured = context.dataKind() == DataKind.PRESSURE;
        return ResultTable.GRIDS
                .row()
                .set("repeat", context.place().repeat())
                .set("grid_id", gridId)
                .set("partition_id", context.place().partitionId())
                .set("cu", context.place().cu())
                .set("status", failed ? "failed" : "done")
                .set("stop_reason", stopReason.key())
                .set("iterations", reconstruction.iterations())
                .set("converged", stopReason.converged())
                .set("residual", Double.isNaN(reconstruction.residual()) ? null : reconstruction.residual())
                .set("residual_history", reconstruction.residualHistory())
                .set("chi", failed ? null : reconstruction.contrast())
                .set("model_error", comparison.modelError())
                .set("seconds", seconds)
                .set("error", reconstruction.error().map(GridError::message))
                .set("data_source", measured ? "measured" : "synthetic")
                .set("same_operator", measured ? null : context.sameOperator())
                .set("ssim", comparison.ssim())
                .set("backend", context.backend())
                .set("error_code", reconstruction.error().map(error -> error.code()
                        .name()))
                .build();
    }
}
