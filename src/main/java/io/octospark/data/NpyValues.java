package io.octospark.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reader of the floats or doubles of an array in a .npy file. */
final class NpyValues implements ValueSource {
    private static final int BUFFER_BYTES = 1 << 16;

    private final DataInputStream in;
    private final int valueBytes;
    private final ByteBuffer buffer;

    /**
     * Makes a reader.
     *
     * @param in the file from the first byte of a value on; closed with this reader
     * @param valueBytes bytes of a value, 4 or 8
     */
    NpyValues(DataInputStream in, int valueBytes, ByteOrder order) {
        this.in = in;
        this.valueBytes = valueBytes;
        this.buffer = ByteBuffer.allocate(BUFFER_BYTES).order(order);
    }

    @Override
    public void fill(double[] values) throws IOException {
        int done = 0;
        while (done < values.length) {
            int count = Math.min(values.length - done, BUFFER_BYTES / valueBytes);
            in.readFully(buffer.array(), 0, count * valueBytes);
            if (valueBytes == Double.BYTES) {
                // The view starts at the buffer's position, which stays 0.
                buffer.asDoubleBuffer().get(values, done, count);
            } else {
                for (int i = 0; i < count; i++) {
                    values[done + i] = buffer.getFloat(i * Float.BYTES);
                }
            }
            done += count;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
