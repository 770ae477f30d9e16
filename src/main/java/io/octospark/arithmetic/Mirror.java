package io.octospark.arithmetic;

import io.octospark.model.Grid;
import java.util.List;

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
public final class Mirror {
    /** Some roundings, relative to the largest entry. A difference that small acts like one rounding of M. */
    private static final double TOLERANCE = 1e-14;

    private final SquareMatrix m;
    private final int nx;
    private final int nz;

    private Mirror(SquareMatrix m, Grid grid) {
        this.m = m;
        nx = grid.nx();
        nz = grid.nz();
    }

    /** Returns the even and the odd block of an operator that commutes with the mirror; another operator as it is. */
    public static List<SquareMatrix> blocks(SquareMatrix m, Grid grid) {
        Mirror mirror = new Mirror(m, grid);
        return mirror.commutes()
                ? List.of(mirror.new Block(evenColumns(mirror.nx), 1), mirror.new Block(oddColumns(mirror.nx), -1))
                : List.of(m);
    }

    /** Columns of the grid that the even block has; the odd one has {@link #oddColumns}. */
    private static int evenColumns(int nx) {
        return (nx + 1) / 2;
    }

    public static int oddColumns(int nx) {
        return nx / 2;
    }

    private boolean commutes() {
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

    private int image(int cell) {
        return cell - cell % nx + nx - 1 - cell % nx;
    }

    /** P or Q. Rows and columns are the cells of some columns of the grid from the left, row by row of the grid. */
    private final class Block implements SquareMatrix {
        private final int columns;
        private final int sign;

        Block(int columns, int sign) {
            this.columns = columns;
            this.sign = sign;
        }

        @Override
        public int cells() {
            return columns * nz;
        }

        @Override
        public double entry(int row, int column) {
            int x = cell(row);
            int y = cell(column);
            return (m.entry(x, y) + sign * m.entry(x, image(y))) / 2;
        }

        /** The grid's cell of a block's cell. */
        private int cell(int index) {
            return index / columns * nx + index % columns;
        }
    }
}
