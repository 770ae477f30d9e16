package io.octospark.inversion;

import java.util.Locale;

/** Why an inversion ended. */
public enum StopReason {
    /** The cost fell below the tolerance. */
    TOLERANCE,
    /** The cost changed by less than the tolerance from one pass to the next while it was still above it. */
    STALLED,
    /** The most passes allowed were made. */
    MAX_ITERATIONS,
    /** The gradient, or its image in the data, vanished: there is nothing left to improve. */
    GRADIENT_ZERO,
    /** All data are zero, so the contrast is. */
    ZERO_DATA,
    /** A number became infinite or not a number, or the grid itself was invalid. */
    FAILED;

    /** The name in the result tables. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True if the inversion ended by its own stop rule. */
    public boolean converged() {
        return this != MAX_ITERATIONS && this != FAILED;
    }
}
