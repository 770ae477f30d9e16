package io.octospark.model;

import java.io.Serializable;
import java.util.Optional;

/**
 * One item of a data set: the numbers of a grid's cells as they stand in the file.
 *
 * @param id number of the grid in the data set, from 0
 * @param values one number per cell, x fastest
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record DataGrid(long id, double[] values) implements Serializable {

    /**
     * Says why these numbers can't be inverted, naming grid, cell and value; empty if they can.
     *
     * @param kind what the numbers are
     */
    public Optional<String> problem(DataKind kind) {
        for (int cell = 0; cell < values.length; cell++) {
            double value = values[cell];
            boolean valid =
                    switch (kind) {
                        case CONTRAST -> value < 1 && Double.isFinite(value);
                        case VELOCITY -> value > 0 && Double.isFinite(value);
                    };
            if (!valid) {
                String limit = kind == DataKind.CONTRAST ? "a finite number below 1" : "a finite number above 0 m/s";
                return Optional.of(
                        "grid %d: the %s of cell %d is %s, it must be %s".formatted(id, kind, cell, value, limit));
            }
        }
        return Optional.empty();
    }

    /** The contrast of every cell, converted where the numbers are velocities. */
    public double[] contrast(DataKind kind, double backgroundVelocity) {
        if (kind == DataKind.CONTRAST) {
            return values;
        }
        double[] chi = new double[values.length];
        for (int cell = 0; cell < chi.length; cell++) {
            chi[cell] = Contrast.ofVelocity(values[cell], backgroundVelocity);
        }
        return chi;
    }
}
