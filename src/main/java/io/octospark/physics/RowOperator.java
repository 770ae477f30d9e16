package io.octospark.physics;

/** An operator that can write out its rows, for those who need them in a form or a place of their own. */
public interface RowOperator extends LinearOperator {
    /**
     * Writes out a row.
     *
     * @param re takes the real parts of its entries, one for each cell
     * @param im takes the imaginary parts
     */
    void row(int row, double[] re, double[] im);
}
