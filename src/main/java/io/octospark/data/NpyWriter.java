package io.octospark.data;

import io.octospark.model.Grid;
import io.octospark.model.Survey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A writer of NumPy .npy files, version 1.0, little-endian and in C order. Models are doubles of shape (n, nz, nx) or,
 * in OpenFWI's layout, floats of shape (n, 1, nz, nx). Measured data are complex numbers of two doubles, of shape (n,
 * frequencies, receivers, sources).
 */
public final class NpyWriter extends GridWriter {
    private static final int ALIGNMENT = 64;
    private static final int BUFFER_BYTES = 1 << 16;

    private final boolean single;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Starts a file of models.
     *
     * @param grids n, the number of grids to write, at least one
     * @throws io.octospark.error.InvalidInputException if the target exists
     */
    public NpyWriter(Path target, Grid grid, long grids, Configuration conf) throws IOException {
        super(target, header("<f8", "%d, %d, %d".formatted(grids, grid.nz(), grid.nx())), grid.cells(), grids, conf);
        single = false;
    }

    private NpyWriter(Path target, byte[] header, Grid grid, long grids, Configuration conf) throws IOException {
        super(target, header, grid.cells(), grids, conf);
        single = true;
    }

    /** Starts a file of models in the layout of OpenFWI's maps. */
    public static NpyWriter openFwi(Path target, Grid grid, long grids, Configuration conf) throws IOException {
        byte[] header = header("<f4", "%d, 1, %d, %d".formatted(grids, grid.nz(), grid.nx()));
        return new NpyWriter(target, header, grid, grids, conf);
    }

    /** Starts a file of measured data. */
    public NpyWriter(Path target, Survey survey, long grids, Configuration conf) throws IOException {
        super(
                target,
                header(
                        "<c16",
                        "%d, %d, %d, %d"
                                .formatted(
                                        grids,
                                        survey.frequenciesHz().size(),
                                        survey.receivers().size(),
                                        survey.sources().size())),
                Math.toIntExact(2 * survey.measurements()),
                grids,
                conf);
        single = false;
    }

    private static byte[] header(String type, String shape) {
        String preamble = "\u0093NUMPY\u0001\0";
        String array = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, shape);
        int unpadded = preamble.length() + Short.BYTES + array.length() + 1;
        String text = array + " ".repeat(Math.floorMod(-unpadded, ALIGNMENT)) + "\n";
        String length = "" + (char) (text.length() & 0xff) + (char) (text.length() >> 8);
        return (preamble + length + text).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    void encode(double[] values, OutputStream out) throws IOException {
        for (double value : values) {
            if (!buffer.hasRemaining()) {
                flush(out);
            }
            if (single) {
                buffer.putFloat((float) value);
            } else {
                buffer.putDouble(value);
            }
        }
        flush(out);
    }

    private void flush(OutputStream out) throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }
}
