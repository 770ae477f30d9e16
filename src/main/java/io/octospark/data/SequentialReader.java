package io.octospark.data;

import io.octospark.model.DataGrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;

/** Reader that splits the numbers of a source into grids. */
final class SequentialReader implements GridReader {
    private final Path path;
    private final ValueSource source;
    private final int numbers;
    private final long first;
    private final long end;
    private long position;

    /**
     * Makes a reader.
     *
     * @param path path for error messages
     * @param source the numbers from grid {@code position} on; closed with this reader
     * @param numbers numbers per grid
     * @param position grid at which the source starts, at most {@code first}; grids before {@code first} are skipped
     * @param first first grid to return
     * @param count number of grids to return
     */
    SequentialReader(Path path, ValueSource source, int numbers, long position, long first, long count) {
        this.path = path;
        this.source = source;
        this.numbers = numbers;
        this.position = position;
        this.first = first;
        this.end = first + count;
    }

    @Override
    public boolean hasNext() {
        return Math.max(position, first) < end;
    }

    @Override
    public DataGrid next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no grid after grid " + (end - 1));
        }
        double[] values = new double[numbers];
        long id;
        try {
            do {
                source.fill(values);
                id = position++;
            } while (id < first);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s: grid %d can't be read; was the file changed, or can't this host reach it?"
                            .formatted(path, position),
                    e);
        }
        return new DataGrid(id, values);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
