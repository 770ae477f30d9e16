package io.octospark.results;

import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.Grid;
import java.util.Optional;

/**
 * How a reconstructed contrast compares with the true one.
 *
 * @param modelError ||chi - truth|| / ||truth||; empty where the truth is zero and the contrast is not
 * @param ssim structural similarity, 1 for equal contrasts; empty where the truth is the same in all cells
 */
public record ModelComparison(Optional<Double> modelError, Optional<Double> ssim) {
    /** Used where the truth is not known, or there is no result. */
    public static final ModelComparison NONE = new ModelComparison(Optional.empty(), Optional.empty());

    /** Compares a result with the truth; the comparison with a failed result is {@link #NONE}. */
    public static ModelComparison of(Reconstruction result, double[] truth, Grid grid) {
        return result.stopReason() == StopReason.FAILED
                ? NONE
                : new ModelComparison(result.modelError(truth), result.ssim(truth, grid));
    }
}
