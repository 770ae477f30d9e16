package io.octospark.physics;

import io.octospark.model.ComplexVector;
import java.util.Arrays;

/**
 * An operator as a dense complex matrix in float64. An instance never changes once made and may be shared by any number of
 * threads.
 */
public class MatrixOperator implements RowOperator {
    /** Entries of the largest matrix that a Java array can hold. */
    public static final long MAX_ENTRIES = Integer.MAX_VALUE - 8;

    private final int rows;
    private final int cells;

    /** Real and imaginary parts, row after row. */
    private final double[] re;

    private final double[] im;

    /**
     * @param re real parts of the entries, row after row; kept, not copied
     * @param im imaginary parts, likewise
     */
    MatrixOperator(int rows, int cells, double[] re, double[] im) {
        this.rows = rows;
        this.cells = cells;
        this.re = re;
        this.im = im;
    }

    /** The matrix of an operator. */
    public static MatrixOperator of(RowOperator operator) {
        int cells = operator.cells();
        double[] re = entries(operator.rows(), cells);
        double[] im = entries(operator.rows(), cells);
        double[] rowRe = new double[cells];
        double[] rowIm = new double[cells];
        for (int row = 0; row < operator.rows(); row++) {
            operator.row(row, rowRe, rowIm);
            System.arraycopy(rowRe, 0, re, row * cells, cells);
            System.arraycopy(rowIm, 0, im, row * cells, cells);
        }
        return new MatrixOperator(operator.rows(), cells, re, im);
    }

    /**
     * An array for either part of a matrix.
     *
     * @throws IllegalArgumentException if the matrix would have more than {@link #MAX_ENTRIES} entries
     */
    static double[] entries(long rows, int cells) {
        if (rows > MAX_ENTRIES / cells) {
            throw new IllegalArgumentException(
                    "a dense operator of " + rows + " x " + cells + " entries is over the limit of " + MAX_ENTRIES);
        }
        return new double[Math.toIntExact(rows * cells)];
    }

    @Override
    public final int rows() {
        return rows;
    }

    @Override
    public final int cells() {
        return cells;
    }

    /** Real part of an entry. */
    public final double re(int row, int cell) {
        return re[row * cells + cell];
    }

    /** Imaginary part of an entry. */
    public final double im(int row, int cell) {
        return im[row * cells + cell];
    }

    @Override
    public final void row(int row, double[] rowRe, double[] rowIm) {
        System.arraycopy(re, row * cells, rowRe, 0, cells);
        System.arraycopy(im, row * cells, rowIm, 0, cells);
    }

    @Override
    public final void forward(double[] contrast, ComplexVector data) {
        for (int row = 0; row < rows; row++) {
            int start = row * cells;
            double sumRe = 0;
            double sumIm = 0;
            for (int x = 0; x < cells; x++) {
                sumRe += re[start + x] * contrast[x];
                sumIm += im[start + x] * contrast[x];
            }
            data.re()[row] = sumRe;
            data.im()[row] = sumIm;
        }
    }

    @Override
    public final void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        for (int row = 0; row < rows; row++) {
            int start = row * cells;
            double residualRe = residual.re()[row];
            double residualIm = residual.im()[row];
            for (int x = 0; x < cells; x++) {
                gradient[x] += re[start + x] * residualRe + im[start + x] * residualIm;
            }
        }
    }
}
