package io.octospark.data;

import io.octospark.model.DataGrid;
import java.io.Closeable;
import java.util.Iterator;

/**
 * An iterator over grids that keeps none of them. Ids are the numbers of the grids in the file, from 0. Values are as
 * in the file. For one thread.
 *
 * <p>{@link #next} throws {@link java.io.UncheckedIOException} if the file can't be read, or is shorter than when the
 * {@link GridFile} was opened. It throws {@link io.octospark.error.InvalidInputException} if the file's text is no
 * longer numbers.
 */
public interface GridReader extends Iterator<DataGrid>, Closeable {}
