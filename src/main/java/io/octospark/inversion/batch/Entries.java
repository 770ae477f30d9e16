package io.octospark.inversion.batch;

/** A matrix, entry by entry. */
interface Entries {
    double at(int row, int column);
}
