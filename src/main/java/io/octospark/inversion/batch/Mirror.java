package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.physics.GramOperator;

/**
 * The mirror of a grid, left to right, and the two blocks that a normal operator M falls into where it commutes with the
 * mirror, as it does where sources and receivers are where their mirror images are. With a vector z and its mirror image
 * z', in the left half of the grid:
 *
 * <pre>M z = P (z + z') + Q (z - z'),   (M z)' = P (z + z') - Q (z - z')
 * P[x, y] = (M[x, y] + M[x, y']) / 2,   Q[x, y] = (M[x, y] - M[x, y']) / 2</pre>
 *
 * Both blocks together have half the entries of M. Of an odd number of columns the middle one belongs to the even block P
 * alone, with z in the place of z + z'.
 */
final class Mirror {
    /** Of the largest entry: some roundings. What is left of a difference as large acts as one rounding of M. */
    private static final double TOLERANCE = 1e-14;

    private final GramOperator m;
    private final int nx;
    private final int nz;

    Mirror(GramOperator m, Grid grid) {
        this.m = m;
        nx = grid.nx();
        nz = grid.nz();
    }

    /** Columns of the grid that the even block has; the odd one has {@link #oddColumns}. */
    static int evenColumns(int nx) {
        return (nx + 1) / 2;
    }

    static int oddColumns(int nx) {
        return nx / 2;
    }

    int evenCells() {
        return evenColumns(nx) * nz;
    }

    int oddCells() {
        return oddColumns(nx) * nz;
    }

    /** True if the operator commutes with the mirror. */
    boolean commutes() {
        double largest = 0;
        for (int x = 0; x < m.cells(); x++) {
            largest = Math.max(largest, m.entry(x, x));
        }
        for (int x = 0; x < m.cells(); x++) {
            for (int y = 0; y <= x; y++) {
                if (!(Math.abs(m.entry(x, y) - m.entry(image(x), image(y))) <= TOLERANCE * largest)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** An entry of P; rows and columns are the cells of the left half and the middle, row by row of the grid. */
    double even(int row, int column) {
        int x = cell(row, evenColumns(nx));
        int y = cell(column, evenColumns(nx));
        return (m.entry(x, y) + m.entry(x, image(y))) / 2;
    }

    /** An entry of Q; rows and columns are the cells of the left half. */
    double odd(int row, int column) {
        int x = cell(row, oddColumns(nx));
        int y = cell(column, oddColumns(nx));
        return (m.entry(x, y) - m.entry(x, image(y))) / 2;
    }

    /** The grid's cell of a block's cell. */
    private int cell(int index, int columns) {
        return index / columns * nx + index % columns;
    }

    private int image(int cell) {
        return cell - cell % nx + nx - 1 - cell % nx;
    }
}
