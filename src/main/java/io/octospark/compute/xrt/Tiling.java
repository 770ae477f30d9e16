package io.octospark.compute.xrt;

import io.octospark.xrt.xclbin.DesignSize;

/**
 * The tiling of a matrix by tiles of a design's size. The last tiles of a row or a column are filled up with zeros.
 *
 * @param rows measurements of the matrix
 * @param cells cells of the matrix
 * @param design size of a tile
 */
public record Tiling(int rows, int cells, DesignSize design) {
    /** Returns the number of tiles one below the other. */
    public int rowBlocks() {
        return (rows - 1) / design.rows() + 1;
    }

    /** Returns the number of tiles side by side. */
    public int cellBlocks() {
        return (cells - 1) / design.cols() + 1;
    }

    /** Returns the number of tiles, each of which takes one call of a product. */
    public long tiles() {
        return (long) rowBlocks() * cellBlocks();
    }

    /** Returns the rows of the matrix in the tiles of a row block; the rest of the tile is zero. */
    int rowsIn(int rowBlock) {
        return Math.min(design.rows(), rows - rowBlock * design.rows());
    }

    /** Returns the cells of the matrix in the tiles of a cell block; the rest of the tile is zero. */
    int cellsIn(int cellBlock) {
        return Math.min(design.cols(), cells - cellBlock * design.cols());
    }

    /** Returns the bytes of the matrix in one of a unit's memory banks. */
    public long matrixBytes() {
        return tiles() * tileBytes();
    }

    long tileBytes() {
        return (long) design.rows() * design.cols() * DesignSize.COMPLEX_BYTES;
    }

    /** Returns how the matrix fits the design, in words. */
    public String describe() {
        if (tiles() > 1) {
            return rowBlocks() + " x " + cellBlocks() + " tiles";
        }
        return rows == design.rows() && cells == design.cols()
                ? "fits"
                : "padded with zeros, " + Math.round(100.0 * rows * cells / ((double) design.rows() * design.cols()))
                        + " % used";
    }
}
