package io.octospark.model;

/**
 * The contrast chi = 1 - (c0/c)^2 between the velocity c of a cell and the background's c0, dimensionless and below 1.
 */
public final class Contrast {
    private Contrast() {}

    /** Contrast of a velocity, both velocities in m/s. */
    public static double ofVelocity(double velocity, double backgroundVelocity) {
        double ratio = backgroundVelocity / velocity;
        return 1 - ratio * ratio;
    }

    /** Velocity in m/s of a contrast below 1. */
    public static double toVelocity(double contrast, double backgroundVelocity) {
        return backgroundVelocity / Math.sqrt(1 - contrast);
    }
}
