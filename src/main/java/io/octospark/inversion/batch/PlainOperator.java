package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.physics.GramOperator;

/** The normal operator in plain Java, row after row. */
final class PlainOperator extends BatchOperator {
    private static final int LANES = 32;

    /** Columns that are taken at once, so that as many rows of the lanes stay in the caches. */
    private static final int COLUMNS = 512;

    private final double[][] rows;

    PlainOperator(GramOperator operator) {
        int cells = operator.cells();
        rows = new double[cells][cells];
        for (int x = 0; x < cells; x++) {
            for (int y = 0; y < cells; y++) {
                rows[x][y] = operator.entry(x, y);
            }
        }
    }

    @Override
    int cells() {
        return rows.length;
    }

    @Override
    LaneFields newFields(Grid grid, InversionMode mode) {
        return new PlainFields(this, grid, mode, LANES);
    }

    /** {@code image += M direction}. */
    void multiply(double[][] direction, double[][] image) {
        int cells = rows.length;
        for (int start = 0; start < cells; start += COLUMNS) {
            int end = Math.min(start + COLUMNS, cells);
            for (int x = 0; x < cells; x++) {
                double[] row = rows[x];
                int y = start;
                for (; y + 3 < end; y += 4) {
                    add(
                            image[x],
                            row[y],
                            direction[y],
                            row[y + 1],
                            direction[y + 1],
                            row[y + 2],
                            direction[y + 2],
                            row[y + 3],
                            direction[y + 3]);
                }
                for (; y < end; y++) {
                    add(image[x], row[y], direction[y]);
                }
            }
        }
    }

    // Methods of their own, so that the compiler finds plain loops over arrays, which it vectorises.
    private static void add(
            double[] sum, double a, double[] x, double b, double[] y, double c, double[] z, double d, double[] w) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a * x[i] + b * y[i] + (c * z[i] + d * w[i]);
        }
    }

    private static void add(double[] sum, double a, double[] x) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a * x[i];
        }
    }
}
