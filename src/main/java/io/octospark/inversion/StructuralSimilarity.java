package io.octospark.inversion;

import io.octospark.model.Grid;
import java.util.Optional;

/**
 * Structural similarity of two models (Wang, Bovik, Sheikh and Simoncelli, <em>Image quality assessment: from error
 * visibility to structural similarity</em>, IEEE Transactions on Image Processing 13(4), 2004): the mean over all cells of
 *
 * <pre>(2 m_a m_b + c1) (2 s_ab + c2) / ((m_a^2 + m_b^2 + c1) (s_a^2 + s_b^2 + c2))</pre>
 *
 * with means m, variances s^2 and the covariance s_ab over the window of 7 x 7 cells around a cell, as much of it as the
 * grid has, and with c1 = (0.01 L)^2 and c2 = (0.03 L)^2, L the range of the true model's values.
 */
final class StructuralSimilarity {
    private static final int REACH = 3;

    private StructuralSimilarity() {}

    /** Returns the similarity of a model to the true one, at most 1; empty where the true one has one value in all cells. */
    static Optional<Double> of(double[] model, double[] truth, Grid grid) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double value : truth) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        if (least == most) {
            return Optional.empty();
        }
        double c1 = Math.pow(0.01 * (most - least), 2);
        double c2 = Math.pow(0.03 * (most - least), 2);
        double sum = 0;
        for (int iz = 0; iz < grid.nz(); iz++) {
            for (int ix = 0; ix < grid.nx(); ix++) {
                sum += at(ix, iz, model, truth, grid, c1, c2);
            }
        }
        return Optional.of(sum / grid.cells());
    }

    private static double at(int ix, int iz, double[] a, double[] b, Grid grid, double c1, double c2) {
        int left = Math.max(0, ix - REACH);
        int right = Math.min(grid.nx() - 1, ix + REACH);
        int top = Math.max(0, iz - REACH);
        int bottom = Math.min(grid.nz() - 1, iz + REACH);
        int cells = (right - left + 1) * (bottom - top + 1);
        double meanA = 0;
        double meanB = 0;
        for (int z = top; z <= bottom; z++) {
            for (int x = left; x <= right; x++) {
                meanA += a[z * grid.nx() + x] / cells;
                meanB += b[z * grid.nx() + x] / cells;
            }
        }
        double varianceA = 0;
        double varianceB = 0;
        double covariance = 0;
        for (int z = top; z <= bottom; z++) {
            for (int x = left; x <= right; x++) {
                double fromA = a[z * grid.nx() + x] - meanA;
                double fromB = b[z * grid.nx() + x] - meanB;
                varianceA += fromA * fromA / cells;
                varianceB += fromB * fromB / cells;
                covariance += fromA * fromB / cells;
            }
        }
        return (2 * meanA * meanB + c1)
                * (2 * covariance + c2)
                / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
    }
}
