package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Keeps the contract of {@link GridWriter}; a format adds how the numbers of a grid are written. */
abstract class PendingFileWriter implements GridWriter {
    private final FileSystem fileSystem;
    private final Path target;
    private final Path pending;
    private final OutputStream out;
    private final int cells;
    private final long grids;
    private long written;
    private boolean closed;

    /**
     * @param header what the file starts with
     * @param cells cells of a grid
     * @param grids grids to be written, at least one
     * @throws InvalidInputException if the target exists
     */
    PendingFileWriter(Path target, byte[] header, int cells, long grids, Configuration conf) throws IOException {
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

    @Override
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

    /** Removes what has been written; failing at that must not hide the reason. */
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
