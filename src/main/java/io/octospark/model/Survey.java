package io.octospark.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Sources, receivers and frequencies over a background of constant velocity.
 *
 * @param backgroundVelocity c0 in m/s
 * @param frequenciesHz frequencies in Hz, ascending
 * @param sources source positions
 * @param receivers receiver positions
 */
public record Survey(
        double backgroundVelocity, List<Double> frequenciesHz, List<Position> sources, List<Position> receivers)
        implements Serializable {

    public Survey {
        frequenciesHz = List.copyOf(frequenciesHz);
        sources = List.copyOf(sources);
        receivers = List.copyOf(receivers);
    }

    /** Returns the number of measurements, one per frequency, receiver and source: the rows of the Born operator. */
    public long measurements() {
        return (long) frequenciesHz.size() * receivers.size() * sources.size();
    }

    /** Returns the wavenumber k = 2 pi f / c0, in 1/m, of frequency {@code i}. */
    public double wavenumber(int i) {
        return 2 * Math.PI * frequenciesHz.get(i) / backgroundVelocity;
    }

    /**
     * Returns {@code n} evenly spaced frequencies from {@code minHz} to {@code maxHz}; only the first if {@code n} is
     * 1.
     */
    public static List<Double> frequencies(double minHz, double maxHz, int n) {
        double step = (maxHz - minHz) / (Math.max(n, 2) - 1);
        List<Double> frequencies = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            frequencies.add(minHz + i * step);
        }
        return frequencies;
    }

    /** Returns {@code n} points on the line from {@code first} to {@code last}, inclusive; only the first if n is 1. */
    public static List<Position> line(Position first, Position last, int n) {
        double dx = (last.x() - first.x()) / (Math.max(n, 2) - 1);
        double dz = (last.z() - first.z()) / (Math.max(n, 2) - 1);
        List<Position> points = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            points.add(new Position(first.x() + i * dx, first.z() + i * dz));
        }
        return points;
    }
}
