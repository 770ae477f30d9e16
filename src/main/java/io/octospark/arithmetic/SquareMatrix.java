package io.octospark.arithmetic;

/** A square matrix with one row and column for each cell, read entry by entry. */
public interface SquareMatrix {
    int cells();

    double entry(int row, int column);
}
