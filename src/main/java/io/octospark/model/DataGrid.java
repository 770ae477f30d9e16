package io.octospark.model;

import java.io.Serializable;
import java.util.Optional;

/**
 * One item of a data set: the numbers of a grid as they are in the file.
 *
 * @param id number of the grid in the data set, from 0
 * @param values one number per cell, x fastest, for contrasts and velocities; for pressures, real and imaginary part of
 *     each measurement in turn, in the order of the Born operator's rows
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record DataGrid(long id, double[] values) implements Serializable {

    /**
     * Returns why these numbers can't be inverted, with grid, place and value; empty if they can.
     *
     * @param kind kind of the numbers
     */
    public Optional<String> problem(DataKind kind) {
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            boolean valid =
                    switch (kind) {
                        case CONTRAST -> value < 1 && Double.isFinite(value);
                        case VELOCITY -> value > 0 && Double.isFinite(value);
                        case PRESSURE -> Double.isFinite(value);
                    };
            if (!valid) {
                return Optional.of(
                        switch (kind) {
                            case CONTRAST ->
                                "grid %d: the contrast of cell %d is %s, it must be a finite number below 1"
                                        .formatted(id, i, value);
                            case VELOCITY ->
                                "grid %d: the velocity of cell %d is %s, it must be a finite number above 0 m/s"
                                        .formatted(id, i, value);
                            case PRESSURE ->
                                "grid %d: the %s part of the pressure of measurement %d is %s, it must be a finite number"
                                        .formatted(id, i % 2 == 0 ? "real" : "imaginary", i / 2, value);
                        });
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the contrast of every cell; velocities are converted.
     *
     * @throws IllegalArgumentException if the numbers are pressures
     */
    public double[] contrast(DataKind kind, double backgroundVelocity) {
        return switch (kind) {
            case CONTRAST -> values;
            case VELOCITY -> {
                double[] chi = new double[values.length];
                for (int cell = 0; cell < chi.length; cell++) {
                    chi[cell] = Contrast.ofVelocity(values[cell], backgroundVelocity);
                }
                yield chi;
            }
            case PRESSURE -> throw new IllegalArgumentException("measured data have no contrast");
        };
    }

    /** Returns a grid of measured data. */
    public static DataGrid ofPressure(long id, ComplexVector pressure) {
        double[] values = new double[2 * pressure.length()];
        for (int row = 0; row < pressure.length(); row++) {
            values[2 * row] = pressure.re()[row];
            values[2 * row + 1] = pressure.im()[row];
        }
        return new DataGrid(id, values);
    }

    /** Returns the pressures of all measurements. */
    public ComplexVector pressure() {
        ComplexVector pressure = ComplexVector.zeros(values.length / 2);
        for (int row = 0; row < pressure.length(); row++) {
            pressure.re()[row] = values[2 * row];
            pressure.im()[row] = values[2 * row + 1];
        }
        return pressure;
    }
}
