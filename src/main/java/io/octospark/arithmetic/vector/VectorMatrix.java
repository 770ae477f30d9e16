package io.octospark.arithmetic.vector;

import io.octospark.arithmetic.SquareMatrix;

/**
 * A square matrix for the Vector API: panels of as many rows as the product keeps in registers, column after column. The
 * last panel is filled up with zero rows.
 */
final class VectorMatrix {
    private static final int LANES = VectorPanel.LANES;
    private static final int ROWS = VectorPanel.ROWS;

    /** Columns of a panel that are taken at once, so that they and as many rows of the lanes stay in the caches. */
    private static final int COLUMNS = 512;

    private final int cells;
    private final double[][] panels;

    VectorMatrix(SquareMatrix matrix) {
        cells = matrix.cells();
        panels = new double[(cells + ROWS - 1) / ROWS][ROWS * cells];
        for (int x = 0; x < cells; x++) {
            double[] panel = panels[x / ROWS];
            for (int y = 0; y < cells; y++) {
                panel[y * ROWS + x % ROWS] = matrix.entry(x, y);
            }
        }
    }

    int cells() {
        return cells;
    }

    /** Cells of a product. */
    int paddedCells() {
        return panels.length * ROWS;
    }

    /**
     * {@code image += matrix direction} for two groups at a time.
     *
     * @param starts of the groups
     * @param offset of the vector within its group
     * @param imageOffset of the product within its group
     */
    void multiply(double[] direction, double[] image, int[] starts, int offset, int imageOffset) {
        for (int start = 0; start < cells; start += COLUMNS) {
            int end = Math.min(start + COLUMNS, cells);
            for (int p = 0; p < panels.length; p++) {
                int row = imageOffset + p * ROWS * LANES;
                for (int pair = 0; pair < starts.length; pair += 2) {
                    int left = starts[pair];
                    int right = starts[pair + 1];
                    VectorPanel.multiply(
                            panels[p],
                            start,
                            end,
                            direction,
                            left + offset,
                            right + offset,
                            image,
                            left + row,
                            right + row);
                }
            }
        }
    }
}
