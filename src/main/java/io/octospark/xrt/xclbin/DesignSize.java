package io.octospark.xrt.xclbin;

import java.io.Serializable;

/**
 * The matrix that a design's kernels are built for.
 *
 * @param rows measurements, from 1 to {@link #MAX}
 * @param cols cells, from 1 to {@link #MAX}; also the stride of a row
 */
public record DesignSize(int rows, int cols) implements Serializable {
    /** Most rows and most columns: far beyond any card's memory, and few enough to count bytes in a long. */
    public static final int MAX = 1_000_000;

    /** Bytes of a complex number of the kernels: two float32. */
    public static final int COMPLEX_BYTES = 2 * Float.BYTES;

    public DesignSize {
        if (rows < 1 || rows > MAX || cols < 1 || cols > MAX) {
            throw new IllegalArgumentException(rows + " x " + cols);
        }
    }

    @Override
    public String toString() {
        return rows + " rows x " + cols + " cols";
    }
}
