package io.octospark.model;

/**
 * A point of the vertical section in metres: {@code x} along the surface, {@code z} downwards.
 */
public record Position(double x, double z) {
    /** Distance to another point in metres. */
    public double distanceTo(Position other) {
        double dx = x - other.x;
        double dz = z - other.z;
        return Math.sqrt(dx * dx + dz * dz);
    }
}
