package io.octospark.data;

import java.io.Closeable;
import java.io.IOException;

/** The numbers of a data-set file, one after the other. */
interface ValueSource extends Closeable {
    /**
     * Reads the next numbers until {@code values} is full.
     *
     * @throws java.io.EOFException if the file ends before
     */
    void fill(double[] values) throws IOException;
}
