package io.octospark.arithmetic.plain;

import io.octospark.arithmetic.FoldedRows;
import io.octospark.arithmetic.RowProjection;
import io.octospark.model.ComplexVector;

/** The projection in plain Java, grid after grid with a few rows. */
final class PlainProjection implements RowProjection {
    /** Folded rows that are made at once. */
    private static final int ROWS = 32;

    private final FoldedRows operator;
    private final ComplexVector[] rows = new ComplexVector[ROWS];

    PlainProjection(FoldedRows operator) {
        this.operator = operator;
        for (int i = 0; i < ROWS; i++) {
            rows[i] = ComplexVector.zeros(operator.cells());
        }
    }

    @Override
    public double[][] project(double[][] folded, int grids) {
        double[][] results = new double[grids][operator.cells()];
        for (int first = 0; first < operator.foldedRows(); first += ROWS) {
            int count = Math.min(ROWS, operator.foldedRows() - first);
            for (int i = 0; i < count; i++) {
                FieldLoops.multiply(operator.receiverField(first + i), operator.sourceField(first + i), rows[i]);
            }
            for (int grid = 0; grid < grids; grid++) {
                addRows(results[grid], folded[grid], 2 * first, count);
            }
        }
        return results;
    }

    private void addRows(double[] sum, double[] data, int start, int count) {
        int i = 0;
        for (; i + 1 < count; i += 2) {
            int d = start + 2 * i;
            FieldLoops.add(
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
            FieldLoops.addScaled(data[start + 2 * i], rows[i].re(), data[start + 2 * i + 1], rows[i].im(), sum);
        }
    }

    @Override
    public double normSquared(double[] values) {
        return FieldLoops.dot(values, values);
    }
}
