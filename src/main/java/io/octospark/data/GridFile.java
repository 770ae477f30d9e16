package io.octospark.data;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** A data-set file of equally large grids that can be read from any grid on. Immutable and serializable. */
public interface GridFile extends Serializable {
    /** How many grids the file holds, at least one. */
    long grids();

    /**
     * Opens the file at a grid. Every call gives a reader of its own, for one thread, to be closed.
     *
     * @param first the first grid to read, from 0
     * @param count how many grids to read
     * @throws IndexOutOfBoundsException if the file does not hold all of them
     */
    GridReader open(long first, long count, Configuration conf) throws IOException;
}
