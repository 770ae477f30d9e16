package io.octospark.data;

import io.octospark.model.DataGrid;
import java.io.Closeable;
import java.util.Iterator;

/**
 * Reads grids one after the other and keeps none. Ids are the numbers of the grids in the file, from 0; the values are
 * as they stand in the file. For one thread.
 *
 * <p>{@link #next} throws {@link java.io.UncheckedIOException} if the file can't be read, or is shorter than it was when
 * the {@link GridFile} was opened, and {@link io.octospark.error.InvalidInputException} if its text has since become
 * something else than numbers.
 */
public interface GridReader extends Iterator<DataGrid>, Closeable {}
