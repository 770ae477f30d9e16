package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import java.util.Arrays;

/**
 * Solves banded systems of complex linear equations with many right-hand sides at once, by Gaussian elimination with
 * partial pivoting. The right-hand sides are eliminated together with the matrix, so that of the factors only the upper one
 * is kept: {@code 16 n (b + 1)} bytes for n unknowns and half-bandwidth b, twice as much if every row had to be exchanged.
 * Takes {@code 8 n b^2} operations, and as many more for exchanged rows.
 *
 * <p>Pivoting costs little where the diagonal is large, and a Helmholtz matrix has no property that would make it
 * needless: without it the elimination fails for media of which a part, cut off at any row, resonates.
 */
final class BandedSystem {
    /** A square matrix whose entries are all within the band. */
    interface Matrix {
        /** Rows and columns. */
        int order();

        /** Largest distance of an entry from the diagonal. */
        int halfBandwidth();

        /** Adds the entries of a row. */
        void addRow(int row, Entries entries);
    }

    /** Takes the entries of a row. */
    interface Entries {
        /** Adds to the entry of a column. */
        void add(int column, double re, double im);
    }

    private final Matrix matrix;
    private final int order;
    private final int halfBandwidth;

    /** Columns that a row can have after exchanges; it keeps column c at index c mod width. */
    private final int width;

    /** The rows, in the order of the elimination; those that are done have their columns from the diagonal on. */
    private final double[][] re;

    private final double[][] im;

    /** One past the last column of each row that is not zero. */
    private final int[] ends;

    private final ComplexVector[] rightHandSides;

    /** Arrays of the row that was done last, for the one that comes in next; null if there are none. */
    private double[] spareRe;

    private double[] spareIm;

    private BandedSystem(Matrix matrix, ComplexVector[] rightHandSides) {
        this.matrix = matrix;
        this.rightHandSides = rightHandSides;
        order = matrix.order();
        halfBandwidth = matrix.halfBandwidth();
        width = 2 * halfBandwidth + 1;
        re = new double[order][];
        im = new double[order][];
        ends = new int[order];
    }

    /**
     * Solves for all right-hand sides.
     *
     * @param rightHandSides one vector for each row, with a value for each right-hand side; replaced by the solutions, which
     *     are not finite if the matrix is singular
     */
    static void solve(Matrix matrix, ComplexVector[] rightHandSides) {
        BandedSystem system = new BandedSystem(matrix, rightHandSides);
        system.eliminate();
        system.substituteBack();
    }

    private void eliminate() {
        int entered = 0;
        for (int k = 0; k < order; k++) {
            while (entered < Math.min(order, k + halfBandwidth + 1)) {
                enter(entered);
                entered++;
            }
            choosePivot(k, entered);
            int slot = k % width;
            double pivotRe = re[k][slot];
            double pivotIm = im[k][slot];
            double squared = pivotRe * pivotRe + pivotIm * pivotIm;
            for (int row = k + 1; row < entered; row++) {
                double a = re[row][slot];
                double b = im[row][slot];
                if (a != 0 || b != 0) {
                    re[row][slot] = 0;
                    im[row][slot] = 0;
                    subtract((a * pivotRe + b * pivotIm) / squared, (b * pivotRe - a * pivotIm) / squared, k, row);
                }
            }
            finish(k);
        }
    }

    private void enter(int row) {
        if (spareRe == null) {
            re[row] = new double[width];
            im[row] = new double[width];
        } else {
            re[row] = spareRe;
            im[row] = spareIm;
            spareRe = null;
            spareIm = null;
            Arrays.fill(re[row], 0);
            Arrays.fill(im[row], 0);
        }
        matrix.addRow(row, (column, entryRe, entryIm) -> {
            re[row][column % width] += entryRe;
            im[row][column % width] += entryIm;
            ends[row] = Math.max(ends[row], column + 1);
        });
    }

    /** Exchanges row k for the one of rows k to {@code entered} that has the largest entry in column k. */
    private void choosePivot(int k, int entered) {
        int slot = k % width;
        int pivot = k;
        double largest = 0;
        for (int row = k; row < entered; row++) {
            double squared = re[row][slot] * re[row][slot] + im[row][slot] * im[row][slot];
            if (squared > largest) {
                largest = squared;
                pivot = row;
            }
        }
        exchange(re, k, pivot);
        exchange(im, k, pivot);
        exchange(rightHandSides, k, pivot);
        int end = ends[k];
        ends[k] = ends[pivot];
        ends[pivot] = end;
    }

    private static <T> void exchange(T[] array, int i, int j) {
        T value = array[i];
        array[i] = array[j];
        array[j] = value;
    }

    /** Subtracts a multiple of row k, from column k + 1 on, from another row, and likewise of the right-hand sides. */
    private void subtract(double factorRe, double factorIm, int k, int row) {
        int from = (k + 1) % width;
        int to = from + ends[k] - (k + 1);
        subtract(factorRe, factorIm, re[k], im[k], re[row], im[row], from, Math.min(to, width));
        if (to > width) {
            subtract(factorRe, factorIm, re[k], im[k], re[row], im[row], 0, to - width);
        }
        ends[row] = Math.max(ends[row], ends[k]);
        subtract(factorRe, factorIm, rightHandSides[k], rightHandSides[row]);
    }

    private static void subtract(double factorRe, double factorIm, ComplexVector of, ComplexVector from) {
        subtract(factorRe, factorIm, of.re(), of.im(), from.re(), from.im(), 0, from.length());
    }

    // One index for all arrays: then the compiler vectorises the loop.
    private static void subtract(
            double factorRe,
            double factorIm,
            double[] ofRe,
            double[] ofIm,
            double[] fromRe,
            double[] fromIm,
            int start,
            int end) {
        for (int i = start; i < end; i++) {
            fromRe[i] -= factorRe * ofRe[i] - factorIm * ofIm[i];
            fromIm[i] -= factorRe * ofIm[i] + factorIm * ofRe[i];
        }
    }

    /** Keeps of row k what substitution needs. */
    private void finish(int k) {
        spareRe = re[k];
        spareIm = im[k];
        re[k] = columns(spareRe, k);
        im[k] = columns(spareIm, k);
    }

    /** The columns of row k from the diagonal on, which is there even if it is zero. */
    private double[] columns(double[] row, int k) {
        double[] columns = new double[Math.max(1, ends[k] - k)];
        int from = k % width;
        int untilWrap = Math.min(columns.length, width - from);
        System.arraycopy(row, from, columns, 0, untilWrap);
        System.arraycopy(row, 0, columns, untilWrap, columns.length - untilWrap);
        return columns;
    }

    private void substituteBack() {
        for (int k = order - 1; k >= 0; k--) {
            ComplexVector solution = rightHandSides[k];
            for (int j = 1; j < re[k].length; j++) {
                subtract(re[k][j], im[k][j], rightHandSides[k + j], solution);
            }
            divide(solution, re[k][0], im[k][0]);
        }
    }

    private static void divide(ComplexVector vector, double re, double im) {
        double squared = re * re + im * im;
        double inverseRe = re / squared;
        double inverseIm = -im / squared;
        for (int i = 0; i < vector.length(); i++) {
            double value = vector.re()[i];
            vector.re()[i] = value * inverseRe - vector.im()[i] * inverseIm;
            vector.im()[i] = value * inverseIm + vector.im()[i] * inverseRe;
        }
    }
}
