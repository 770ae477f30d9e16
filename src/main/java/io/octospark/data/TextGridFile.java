package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** A text file of one number per line, grid after grid, x fastest within a grid. */
public final class TextGridFile implements GridFile {
    private static final long serialVersionUID = 1L;
    private static final int MAX_OFFSETS = 4096;

    private final Path path;
    private final int cells;
    private final long grids;
    private final Offsets offsets;

    private TextGridFile(Path path, int cells, long grids, Offsets offsets) {
        this.path = path;
        this.cells = cells;
        this.grids = grids;
        this.offsets = offsets;
    }

    /**
     * Opens a file after reading it once to check and count its numbers; keeps almost nothing in memory. Lines end with
     * LF or CRLF. Numbers are those of {@link Double#parseDouble}, and {@code nan}, {@code inf} and {@code infinity} in
     * any case.
     *
     * @param cells cells of a grid
     * @throws InvalidInputException if the file does not exist, a line is not a number, or the numbers do not make one
     *     or more whole grids
     */
    public static TextGridFile open(Path path, int cells, Configuration conf) throws IOException {
        FileStatus status = DataFiles.status(path, conf);
        Offsets offsets = new Offsets();
        long values = 0;
        try (NumberLines lines = new NumberLines(DataFiles.openAt(path, 0, conf), path, 0, 0)) {
            while (lines.next()) {
                if (values % cells == 0) {
                    offsets.add(values / cells, lines.start());
                }
                values++;
            }
        }
        if (values == 0) {
            throw new InvalidInputException(
                    ErrorCode.DATA_SIZE,
                    path + ": holds no values",
                    "write one number per line, " + cells + " for each grid");
        }
        if (values % cells != 0) {
            throw new InvalidInputException(
                    ErrorCode.DATA_SIZE,
                    ("%s: %d values are not a multiple of %d, the cells of a grid" + " (ngrid.x * ngrid.z)")
                            .formatted(path, values, cells),
                    "correct ngrid or the file");
        }
        return new TextGridFile(status.getPath(), cells, values / cells, offsets);
    }

    @Override
    public long grids() {
        return grids;
    }

    @Override
    public GridReader open(long first, long count, Configuration conf) throws IOException {
        Objects.checkFromIndexSize(first, count, grids);
        // A grid at or shortly before the first one.
        long near = offsets.gridBefore(first);
        long offset = offsets.offsetBefore(first);
        NumberLines lines = new NumberLines(DataFiles.openAt(path, offset, conf), path, offset, near * cells);
        return new SequentialReader(path, lines, cells, near, first, count);
    }

    /** Offsets of every {@code step}-th grid; the step doubles when there are too many. */
    private static final class Offsets implements Serializable {
        private static final long serialVersionUID = 1L;

        private final long[] offsets = new long[MAX_OFFSETS];
        private int size;
        private long step = 1;

        /** Adds a grid; call it for all grids in order. */
        void add(long grid, long offset) {
            if (grid % step != 0) {
                return;
            }
            if (size == MAX_OFFSETS) {
                size /= 2;
                step *= 2;
                Arrays.setAll(offsets, i -> i < size ? offsets[2 * i] : 0);
            }
            offsets[size++] = offset;
        }

        long gridBefore(long grid) {
            return index(grid) * step;
        }

        long offsetBefore(long grid) {
            return offsets[index(grid)];
        }

        private int index(long grid) {
            // An empty range may start after the last grid.
            return (int) Math.min(grid / step, size - 1L);
        }
    }
}
