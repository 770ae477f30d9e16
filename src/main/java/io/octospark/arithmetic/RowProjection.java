package io.octospark.arithmetic;

/** Projects data p of many grids at once to Re(K^H p). A result does not depend on the other grids. Serves one thread. */
public interface RowProjection {
    /**
     * Projects the data of the first so many grids.
     *
     * @param folded of each grid real and imaginary part of every folded row in turn
     * @return Re(K^H p) of each grid, one number per cell
     */
    double[][] project(double[][] folded, int grids);

    /** Returns the sum of the squares. */
    double normSquared(double[] values);
}
