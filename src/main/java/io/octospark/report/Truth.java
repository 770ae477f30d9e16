package io.octospark.report;

import java.util.Optional;

/**
 * The true contrast of a grid, or why it is not known.
 *
 * @param contrast the contrast of every cell, x fastest
 * @param reason why it is not known; empty if it is
 */
record Truth(Optional<double[]> contrast, String reason) {
    static Truth of(double[] contrast) {
        return new Truth(Optional.of(contrast), "");
    }

    static Truth unknown(String reason) {
        return new Truth(Optional.empty(), reason);
    }
}
