package io.octospark.data;

import java.io.Serializable;

/**
 * A data-set file of equally large grids that can be read from any grid on. Immutable, so safe to share; some 30 kilobytes
 * when sent, so better sent once to a host than with every slice.
 */
public interface GridFile extends Serializable {
    /** How many grids the file holds, at least one. */
    long grids();

    /**
     * The grids {@code first} to {@code first + count - 1}, to be read elsewhere. Nothing is read here.
     *
     * @throws IndexOutOfBoundsException if the file does not hold all of them
     */
    GridSlice slice(long first, long count);
}
