package io.octospark.physics;

import io.octospark.arithmetic.FieldProducts;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which rows of the {@linkplain BornOperator Born operator} are equal. By reciprocity a row depends on the positions of
 * source and receiver, not on which is which: where a receiver stands at each of two sources' places, (r, s) is (s, r).
 * Positions are compared; equal are those whose coordinates are the same numbers.
 *
 * <p>q equal rows become one, times sqrt q. With mean d of their data their part of a misfit is q |d - K chi|^2 plus what
 * the data differ from their mean.
 */
final class EqualRows {
    private record Pair(Position one, Position other) {}

    private final Survey survey;

    /** The number of the row at one frequency, of each receiver and source, receiver after receiver. */
    private final int[] shared;

    /** How many rows are equal, for each shared row. */
    private final int[] count;

    /** The first receiver and source of each shared row. */
    private final int[] first;

    EqualRows(Survey survey) {
        this.survey = survey;
        int sources = survey.sources().size();
        shared = new int[Math.multiplyExact(survey.receivers().size(), sources)];
        int[] counts = new int[shared.length];
        int[] firsts = new int[shared.length];
        Map<Pair, Integer> numbers = new HashMap<>();
        for (int pair = 0; pair < shared.length; pair++) {
            Position receiver = survey.receivers().get(pair / sources);
            Position source = survey.sources().get(pair % sources);
            Integer number = numbers.get(new Pair(source, receiver));
            if (number == null) {
                number = numbers.computeIfAbsent(new Pair(receiver, source), none -> numbers.size());
            }
            if (counts[number] == 0) {
                firsts[number] = pair;
            }
            shared[pair] = number;
            counts[number]++;
        }
        count = Arrays.copyOf(counts, numbers.size());
        first = Arrays.copyOf(firsts, numbers.size());
    }

    /** Rows that are left of a survey's measurements. */
    static long count(Survey survey) {
        Set<Position> receivers = new HashSet<>(survey.receivers());
        Set<Position> sources = new HashSet<>(survey.sources());
        long pairs = (long) receivers.size() * sources.size();
        receivers.retainAll(sources);
        long common = receivers.size();
        return survey.frequenciesHz().size() * (pairs - common * (common - 1) / 2);
    }

    int rows() {
        return Math.multiplyExact(survey.frequenciesHz().size(), count.length);
    }

    /** Takes rows in their order. */
    interface RowConsumer {
        /** The row's real and imaginary parts stand in arrays that are overwritten with the next. */
        void accept(double[] re, double[] im);
    }

    /** Computes the rows that are left. */
    void forEach(Grid grid, RowConsumer consumer) {
        double[] re = new double[grid.cells()];
        double[] im = new double[grid.cells()];
        for (int f = 0; f < survey.frequenciesHz().size(); f++) {
            BornRows rows = new BornRows(grid, survey, f);
            for (int row = 0; row < count.length; row++) {
                rows.write(receiver(row), source(row), Math.sqrt(count[row]), re, im, 0);
                consumer.accept(re, im);
            }
        }
    }

    ReducedData reduce(ComplexVector data) {
        ComplexVector means = ComplexVector.zeros(rows());
        for (int i = 0; i < data.length(); i++) {
            int row = row(i);
            means.re()[row] += data.re()[i] / count(row);
            means.im()[row] += data.im()[i] / count(row);
        }
        double constant = 0;
        for (int i = 0; i < data.length(); i++) {
            int row = row(i);
            constant += Math.pow(data.re()[i] - means.re()[row], 2) + Math.pow(data.im()[i] - means.im()[row], 2);
        }
        for (int row = 0; row < means.length(); row++) {
            double weight = Math.sqrt(count(row));
            means.re()[row] *= weight;
            means.im()[row] *= weight;
        }
        return new ReducedData(means, constant);
    }

    /**
     * Adds up the data of rows that are equal.
     *
     * @param data real and imaginary part of every measurement in turn
     * @param sums takes real and imaginary part of every row that is left in turn
     */
    void sum(double[] data, double[] sums) {
        Arrays.fill(sums, 0);
        for (int start = 0; start < rows(); start += count.length) {
            int from = 2 * (start / count.length * shared.length);
            for (int pair = 0; pair < shared.length; pair++) {
                int to = 2 * (start + shared[pair]);
                sums[to] += data[from + 2 * pair];
                sums[to + 1] += data[from + 2 * pair + 1];
            }
        }
    }

    /** Rows that are left of a frequency's; a row's number is {@code frequency * rowsPerFrequency + that in it}. */
    int rowsPerFrequency() {
        return count.length;
    }

    /** The receiver of a row that is left, or of one of its equals. */
    int receiver(int row) {
        return first[row % count.length] / survey.sources().size();
    }

    /** The source that belongs to it. */
    int source(int row) {
        return first[row % count.length] % survey.sources().size();
    }

    /** The receivers and sources of the rows that are left. */
    FieldProducts.Rows ofAFrequency() {
        int[] receivers = new int[count.length];
        int[] sources = new int[count.length];
        Arrays.setAll(receivers, this::receiver);
        Arrays.setAll(sources, this::source);
        return new FieldProducts.Rows(receivers, sources);
    }

    /** The row that is left of a measurement's. */
    int row(int measurement) {
        return measurement / shared.length * count.length + shared[measurement % shared.length];
    }

    private int count(int row) {
        return count[row % count.length];
    }
}
