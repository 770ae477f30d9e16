package io.octospark.data;

import io.octospark.model.Grid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A writer of text with one number per line, with as many digits as it takes to read back the same number. */
public final class TextGridWriter extends GridWriter {
    /**
     * Starts a file.
     *
     * @param grids number of grids to write, at least one
     * @throws io.octospark.error.InvalidInputException if the target exists
     */
    public TextGridWriter(Path target, Grid grid, long grids, Configuration conf) throws IOException {
        super(target, new byte[0], grid.cells(), grids, conf);
    }

    @Override
    void encode(double[] values, OutputStream out) throws IOException {
        for (double value : values) {
            out.write((value + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
