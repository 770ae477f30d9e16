package io.octospark.report;

import io.octospark.model.Contrast;
import java.util.Arrays;

/** What pictures of grids show. */
public enum Quantity {
    /** Velocity in m/s. */
    VELOCITY("velocity (m/s)"),
    /** Contrast, dimensionless. */
    CONTRAST("contrast");

    private final String label;

    Quantity(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /**
     * Returns the quantity of contrasts; NaN where a contrast of 1 or more has no velocity.
     *
     * @param backgroundVelocity in m/s
     */
    double[] of(double[] contrast, double backgroundVelocity) {
        return this == CONTRAST
                ? contrast
                : Arrays.stream(contrast)
                        .map(chi -> chi < 1 ? Contrast.toVelocity(chi, backgroundVelocity) : Double.NaN)
                        .toArray();
    }
}
