package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/** Small complex least-squares problems. */
final class LeastSquares {
    private LeastSquares() {}

    /**
     * The x of least norm among those that make {@code ||R x - target||} smallest. Singular values below n times the
     * spacing of doubles at 1, relative to the largest, count as zero.
     *
     * @param columns the n columns of the upper triangular R, the j-th with j + 1 entries
     * @param target of n entries
     */
    static ComplexVector minimumNorm(List<ComplexVector> columns, ComplexVector target) {
        int n = columns.size();
        // (Re -Im; Im Re) acts on (Re; Im) as the complex matrix does, and has each of its singular values twice.
        RealMatrix real = new Array2DRowRealMatrix(2 * n, 2 * n);
        for (int column = 0; column < n; column++) {
            for (int row = 0; row <= column; row++) {
                double re = columns.get(column).re()[row];
                double im = columns.get(column).im()[row];
                real.setEntry(row, column, re);
                real.setEntry(row, n + column, -im);
                real.setEntry(n + row, column, im);
                real.setEntry(n + row, n + column, re);
            }
        }
        SingularValueDecomposition svd = new SingularValueDecomposition(real);
        double[] values = svd.getSingularValues();
        double[] stacked = new double[2 * n];
        System.arraycopy(target.re(), 0, stacked, 0, n);
        System.arraycopy(target.im(), 0, stacked, n, n);
        double[] coordinates = svd.getUT().operate(stacked);
        double smallest = n * Math.ulp(1.0) * values[0];
        for (int i = 0; i < 2 * n; i++) {
            coordinates[i] = values[i] > smallest ? coordinates[i] / values[i] : 0;
        }
        double[] x = svd.getV().operate(coordinates);
        ComplexVector result = ComplexVector.zeros(n);
        System.arraycopy(x, 0, result.re(), 0, n);
        System.arraycopy(x, n, result.im(), 0, n);
        return result;
    }

    /** The x of {@code R x = target}, for a regular R, given as in {@link #minimumNorm}. */
    static ComplexVector backSubstitution(List<ComplexVector> columns, ComplexVector target) {
        ComplexVector x = target.copy();
        for (int column = columns.size() - 1; column >= 0; column--) {
            double[] re = columns.get(column).re();
            double[] im = columns.get(column).im();
            double squared = re[column] * re[column] + im[column] * im[column];
            double xRe = (x.re()[column] * re[column] + x.im()[column] * im[column]) / squared;
            double xIm = (x.im()[column] * re[column] - x.re()[column] * im[column]) / squared;
            for (int row = 0; row < column; row++) {
                x.re()[row] -= re[row] * xRe - im[row] * xIm;
                x.im()[row] -= re[row] * xIm + im[row] * xRe;
            }
            x.re()[column] = xRe;
            x.im()[column] = xIm;
        }
        return x;
    }
}
