package io.octospark.model;

/**
 * The contrast chi = 1 - (c0/c)^2 of a cell with velocity c over a background with velocity c0. It is dimensionless and
 * below 1.
 */
public final class Contrast {
    private Contrast() {}

    /** Returns the contrast of a velocity; both velocities are in m/s. */
    public static double ofVelocity(double velocity, double backgroundVelocity) {
        double ratio = backgroundVelocity / velocity;
        return 1 - ratio * ratio;
    }

    /** Returns the velocity, in m/s, of a contrast below 1. */
    public static double toVelocity(double contrast, double backgroundVelocity) {
        return backgroundVelocity / Math.sqrt(1 - contrast);
    }
}
