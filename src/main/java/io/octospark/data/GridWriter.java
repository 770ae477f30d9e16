package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A writer of a data-set file whose number of grids is fixed at the start. The complete file appears when the writer is
 * closed after the last grid; until then the grids are in a hidden file beside it. A writer that fails or is closed
 * early leaves no file behind. A format adds the encoding of a grid's numbers. For one thread.
 */
public abstract class GridWriter implements Closeable {
    private final FileSystem fileSystem;
    private final Path target;
    private final Path pending;
    private final OutputStream out;
    private final int cells;
    private final long grids;
    private long written;
    private boolean closed;

    /**
     * Starts a file.
     *
     * @param header first bytes of the file
     * @param cells cells of a grid
     * @param grids number of grids to write, at least one
     * @throws InvalidInputException if the target exists
     */
    GridWriter(Path target, byte[] header, int cells, long grids, Configuration conf) throws IOException {
        if (grids < 1) {
            throw new IllegalArgumentException("a data-set file needs at least one grid, got " + grids);
        }
        this.fileSystem = DataFiles.fileSystem(target, conf);
        this.target = target;
        this.cells = cells;
        this.grids = grids;
        refuseExisting();
        this.pending = new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
        this.out = fileSystem.create(pending, false);
        try {
            out.write(header);
        } catch (IOException e) {
            drop(e);
            throw e;
        }
    }

    /** Writes the numbers of one grid. */
    abstract void encode(double[] values, OutputStream out) throws IOException;

    /**
     * Appends a grid.
     *
     * @param values the numbers of a grid, in the order of {@link io.octospark.model.DataGrid}
     * @throws IllegalArgumentException if the number of values is wrong
     * @throws IllegalStateException if all grids have been written, or the writer is closed or has failed
     */
    public final void write(double[] values) throws IOException {
        if (values.length != cells) {
            throw new IllegalArgumentException(
                    "%s: got %d values for a grid of %d cells".formatted(target, values.length, cells));
        }
        if (closed || written == grids) {
            throw new IllegalStateException(
                    target + ": no grid can follow, " + (closed ? "the writer is closed" : "all have been written"));
        }
        try {
            encode(values, out);
            written++;
        } catch (IOException e) {
            drop(e);
            throw e;
        }
    }

    /**
     * Moves the file to its place. Does nothing if the writer is already closed or has failed.
     *
     * @throws IllegalStateException if grids are missing; the file is deleted
     * @throws InvalidInputException if another file has taken the place meanwhile
     */
    @Override
    public final void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            if (written < grids) {
                throw new IllegalStateException(
                        "%s: closed after %d of %d grids, nothing is kept".formatted(target, written, grids));
            }
            out.close();
            refuseExisting();
            if (!fileSystem.rename(pending, target)) {
                throw new IOException(target + ": " + pending + " can't be renamed to it");
            }
            closed = true;
        } catch (IOException | RuntimeException e) {
            drop(e);
            throw e;
        }
    }

    private void refuseExisting() throws IOException {
        if (fileSystem.exists(target)) {
            throw new InvalidInputException(
                    ErrorCode.FILE_EXISTS,
                    target + ": exists already and is not overwritten",
                    "choose another name or remove it");
        }
    }

    /** Removes what has been written; a failure to remove it must not hide the original reason. */
    private void drop(Exception reason) {
        closed = true;
        try {
            out.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        try {
            fileSystem.delete(pending, false);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
