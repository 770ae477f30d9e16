package io.octospark.inversion.batch;

import io.octospark.model.ComplexVector;
import io.octospark.physics.FactoredOperator;
import java.util.ArrayList;
import java.util.List;

/** The projection in plain Java, grid after grid with a few rows. */
final class PlainProjection extends BatchProjection {
    /** Folded rows that are made at once. */
    private static final int ROWS = 32;

    private final ComplexVector[] rows = new ComplexVector[ROWS];

    PlainProjection(FactoredOperator operator) {
        super(operator);
        for (int i = 0; i < ROWS; i++) {
            rows[i] = ComplexVector.zeros(operator.cells());
        }
    }

    @Override
    List<Projected> project(int grids) {
        List<Projected> results = new ArrayList<>();
        for (int grid = 0; grid < grids; grid++) {
            results.add(new Projected(new double[operator.cells()], normsSquared[grid]));
        }
        for (int first = 0; first < operator.foldedRows(); first += ROWS) {
            int count = Math.min(ROWS, operator.foldedRows() - first);
            for (int i = 0; i < count; i++) {
                FactoredOperator.multiply(operator.receiverField(first + i), operator.sourceField(first + i), rows[i]);
            }
            for (int grid = 0; grid < grids; grid++) {
                addRows(results.get(grid).values(), folded[grid], 2 * first, count);
            }
        }
        return results;
    }

    private void addRows(double[] sum, double[] data, int start, int count) {
        int i = 0;
        for (; i + 1 < count; i += 2) {
            int d = start + 2 * i;
            add(
                    sum,
                    data[d],
                    rows[i].re(),
                    data[d + 1],
                    rows[i].im(),
                    data[d + 2],
                    rows[i + 1].re(),
                    data[d + 3],
                    rows[i + 1].im());
        }
        if (i < count) {
            FactoredOperator.addScaled(data[start + 2 * i], rows[i].re(), data[start + 2 * i + 1], rows[i].im(), sum);
        }
    }

    // A method of its own, so that the compiler finds a plain loop over arrays, which it vectorises.
    private static void add(
            double[] sum, double a, double[] x, double b, double[] y, double c, double[] z, double d, double[] w) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a * x[i] + b * y[i] + (c * z[i] + d * w[i]);
        }
    }

    @Override
    public double normSquared(double[] values) {
        return FactoredOperator.dot(values, values);
    }
}
