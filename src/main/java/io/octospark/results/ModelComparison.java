package io.octospark.results;

import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.Grid;

/**
 * How a reconstructed contrast compares with the true one.
 *
 * @param relativeError ||chi - truth|| / ||truth||; null where the truth is zero and the contrast is not
 * @param similarity structural similarity, 1 for equal contrasts; null where the truth is the same in all cells
 */
public record ModelComparison(Double relativeError, Double similarity) {
    /** Where the truth is not known, or there is no result. */
    public static final ModelComparison NONE = new ModelComparison(null, null);

    /** Compares a result, if there is one. */
    public static ModelComparison of(Reconstruction result, double[] truth, Grid grid) {
        return result.stopReason() == StopReason.FAILED
                ? NONE
                : new ModelComparison(result.relativeError(truth), result.similarity(truth, grid));
    }
}
