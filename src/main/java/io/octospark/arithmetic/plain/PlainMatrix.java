package io.octospark.arithmetic.plain;

import io.octospark.arithmetic.SquareMatrix;

/** The product of a matrix with many lanes, row after row. */
final class PlainMatrix {
    /** Columns that are taken at once, so that as many rows of the lanes stay in the caches. */
    private static final int COLUMNS = 512;

    private PlainMatrix() {}

    /** Returns the rows of a matrix. */
    static double[][] rows(SquareMatrix matrix) {
        int cells = matrix.cells();
        double[][] rows = new double[cells][cells];
        for (int x = 0; x < cells; x++) {
            for (int y = 0; y < cells; y++) {
                rows[x][y] = matrix.entry(x, y);
            }
        }
        return rows;
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
                    FieldLoops.add(
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

    // A method of its own, so that the compiler finds a plain loop over arrays, which it vectorises.
    private static void add(double[] sum, double a, double[] x) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a * x[i];
        }
    }
}
