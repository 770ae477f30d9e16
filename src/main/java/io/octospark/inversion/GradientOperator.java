package io.octospark.inversion;

import io.octospark.model.Grid;

/**
 * Spatial derivatives of a cell field, second order: central differences inside, one-sided ones over three cells at the
 * ends of an axis.
 */
final class GradientOperator {
    private final int nx;
    private final int nz;
    private final double cellWidth;
    private final double cellHeight;

    GradientOperator(Grid grid) {
        nx = grid.nx();
        nz = grid.nz();
        cellWidth = grid.cellWidth();
        cellHeight = grid.cellHeight();
    }

    /** {@code derivative = d field / dx}. */
    void x(double[] field, double[] derivative) {
        for (int iz = 0; iz < nz; iz++) {
            line(field, derivative, iz * nx, 1, nx, cellWidth);
        }
    }

    /** {@code derivative = d field / dz}. */
    void z(double[] field, double[] derivative) {
        for (int ix = 0; ix < nx; ix++) {
            line(field, derivative, ix, nx, nz, cellHeight);
        }
    }

    private static void line(double[] u, double[] du, int start, int stride, int n, double h) {
        int last = start + (n - 1) * stride;
        du[start] = (u[start + 2 * stride] - 4 * u[start + stride] + 3 * u[start]) / (-2 * h);
        for (int i = start + stride; i < last; i += stride) {
            du[i] = (u[i + stride] - u[i - stride]) / (2 * h);
        }
        du[last] = (u[last - 2 * stride] - 4 * u[last - stride] + 3 * u[last]) / (2 * h);
    }
}
