package io.octospark.model;

import java.io.Serializable;

/**
 * A point of the vertical section in metres: {@code x} along the surface, {@code z} downwards.
 */
public record Position(double x, double z) implements Serializable {
    /** Returns the distance to another point in metres. */
    public double distanceTo(Position other) {
        double dx = x - other.x;
        double dz = z - other.z;
        return Math.sqrt(dx * dx + dz * dz);
    }
}
