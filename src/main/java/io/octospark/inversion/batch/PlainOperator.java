package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.physics.GramOperator;

/** The normal operator in plain Java, row after row: whole, or the blocks of its {@link Mirror}. */
final class PlainOperator extends BatchOperator {
    private static final int LANES = 32;

    /** Columns that are taken at once, so that as many rows of the lanes stay in the caches. */
    private static final int COLUMNS = 512;

    /** Rows of the operator, or of its even and its odd block. */
    private final double[][][] blocks;

    PlainOperator(GramOperator operator, Grid grid) {
        super(grid);
        Mirror mirror = new Mirror(operator, grid);
        blocks = mirror.commutes()
                ? new double[][][] {rows(mirror.evenCells(), mirror::even), rows(mirror.oddCells(), mirror::odd)}
                : new double[][][] {rows(operator.cells(), operator::entry)};
    }

    private static double[][] rows(int cells, Entries entries) {
        double[][] rows = new double[cells][cells];
        for (int x = 0; x < cells; x++) {
            for (int y = 0; y < cells; y++) {
                rows[x][y] = entries.at(x, y);
            }
        }
        return rows;
    }

    @Override
    LaneFields newFields(InversionMode mode) {
        return new PlainFields(blocks, grid(), mode, LANES);
    }

    /** {@code image += matrix direction}, both starting at the array of cell {@code first}. */
    static void multiply(double[][] matrix, double[][] direction, double[][] image, int first) {
        int cells = matrix.length;
        for (int start = 0; start < cells; start += COLUMNS) {
            int end = Math.min(start + COLUMNS, cells);
            for (int x = 0; x < cells; x++) {
                double[] row = matrix[x];
                double[] sum = image[first + x];
                int y = start;
                for (; y + 3 < end; y += 4) {
                    add(
                            sum,
                            row[y],
                            direction[first + y],
                            row[y + 1],
                            direction[first + y + 1],
                            row[y + 2],
                            direction[first + y + 2],
                            row[y + 3],
                            direction[first + y + 3]);
                }
                for (; y < end; y++) {
                    add(sum, row[y], direction[first + y]);
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
