package io.octospark.data;

import java.io.Closeable;
import java.io.IOException;

/**
 * Writes a data-set file of a number of grids that is fixed at the start. The target appears, whole, when the writer is
 * closed after the last grid; until then the grids are in a hidden file beside it. A writer that fails or is closed early
 * leaves nothing behind. For one thread.
 */
public interface GridWriter extends Closeable {
    /**
     * Appends a grid.
     *
     * @param values the numbers of a grid, as a {@link io.octospark.model.DataGrid} has them
     * @throws IllegalArgumentException if there are fewer or more
     * @throws IllegalStateException if all grids have been written, or the writer is closed or has failed
     */
    void write(double[] values) throws IOException;

    /**
     * Puts the file in its place. Does nothing if the writer is closed already or has failed.
     *
     * @throws IllegalStateException if grids are missing; the file is dropped
     * @throws io.octospark.error.InvalidInputException if another file has taken the place meanwhile
     */
    @Override
    void close() throws IOException;
}
