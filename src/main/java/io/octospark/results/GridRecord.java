package io.octospark.results;

import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A row of {@link ResultTable#GRIDS}.
 *
 * @param repeat repeat of the run, from 0
 * @param gridId number of the grid
 * @param partitionId partition, from 0
 * @param cu instance of the compute unit within its bitstream, from 1
 * @param reconstruction what the inversion found
 * @param comparison with the true contrast
 * @param seconds time of the inversion
 * @param measured whether the data were measured, and not made of a model
 * @param sameOperator whether the data were made by the inversion's own forward model
 * @param backend what the unit that computed it is
 */
public record GridRecord(
        int repeat,
        long gridId,
        int partitionId,
        int cu,
        Reconstruction reconstruction,
        ModelComparison comparison,
        double seconds,
        boolean measured,
        boolean sameOperator,
        String backend) {

    public Row toRow() {
        boolean failed = reconstruction.stopReason() == StopReason.FAILED;
        return RowFactory.create(
                repeat,
                gridId,
                partitionId,
                cu,
                failed ? "failed" : "done",
                reconstruction.stopReason().key(),
                reconstruction.iterations(),
                reconstruction.stopReason().converged(),
                Double.isNaN(reconstruction.residual()) ? null : reconstruction.residual(),
                reconstruction.residualHistory(),
                failed ? null : reconstruction.contrast(),
                comparison.relativeError(),
                seconds,
                reconstruction.error(),
                measured ? "measured" : "synthetic",
                measured ? null : sameOperator,
                comparison.similarity(),
                backend);
    }
}
