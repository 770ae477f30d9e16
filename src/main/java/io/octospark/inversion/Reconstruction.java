package io.octospark.inversion;

import io.octospark.error.ErrorCode;
import io.octospark.model.Grid;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * The result of an inversion.
 *
 * @param contrast the reconstructed contrast, one number per cell; empty if the inversion failed
 * @param residualHistory the normalised misfit at the top of every pass
 * @param residual the last entry of the history; without one the misfit of the starting contrast
 * @param stopReason why it ended
 * @param error what went wrong; empty unless it failed
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to the result tables, never compared
public record Reconstruction(
        double[] contrast,
        double[] residualHistory,
        double residual,
        StopReason stopReason,
        Optional<GridError> error) {

    /** Returns a failure with its cause, before any pass. */
    public static Reconstruction failed(ErrorCode code, String message) {
        return new Reconstruction(
                new double[0], new double[0], Double.NaN, StopReason.FAILED, Optional.of(new GridError(code, message)));
    }

    /** Returns the failure of a grid that took longer than its limit. */
    public static Reconstruction tookTooLong(Duration limit) {
        String seconds =
                BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString();
        return failed(ErrorCode.GRID_DEADLINE, "took longer than " + seconds + " s (--grid-deadline)");
    }

    /** Returns the result for data that are all zero: no contrast. */
    public static Reconstruction ofZeroData(int cells) {
        return new Reconstruction(new double[cells], new double[0], 0, StopReason.ZERO_DATA, Optional.empty());
    }

    /** Returns the failure of data whose squared norm has no finite inverse. */
    public static Reconstruction ofUnfitData(double normSquared) {
        return failed(
                ErrorCode.GRID_DATA,
                "the squared norm of the data is " + normSquared + ", its inverse is not a number");
    }

    /** Passes made, the length of the history. */
    public int iterations() {
        return residualHistory.length;
    }

    /**
     * Returns the {@linkplain StructuralSimilarity structural similarity} to the truth; empty where the truth is the same in
     * all cells.
     */
    public Optional<Double> ssim(double[] truth, Grid grid) {
        return StructuralSimilarity.of(contrast, truth, grid);
    }

    /** Returns the model error ||chi - truth|| / ||truth||; empty where the truth is zero and the contrast is not. */
    public Optional<Double> modelError(double[] truth) {
        double difference = 0;
        double norm = 0;
        for (int x = 0; x < truth.length; x++) {
            difference += (contrast[x] - truth[x]) * (contrast[x] - truth[x]);
            norm += truth[x] * truth[x];
        }
        if (difference == 0) {
            return Optional.of(0.0);
        }
        return norm == 0 ? Optional.empty() : Optional.of(Math.sqrt(difference / norm));
    }
}
