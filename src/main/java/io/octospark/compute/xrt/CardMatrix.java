package io.octospark.compute.xrt;

import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.physics.RowOperator;
import io.octospark.xrt.XrtBuffer;
import io.octospark.xrt.XrtKernel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An operator's matrix in the memory banks of both kernels of a unit, as tiles of the design's size. */
final class CardMatrix implements AutoCloseable {
    private final Tiling space;
    private final List<XrtBuffer> dotprodTiles = new ArrayList<>();
    private final List<XrtBuffer> updateTiles = new ArrayList<>();

    /** Allocates the tiles of both kernels for matrices of at most so many rows and cells. */
    CardMatrix(XrtKernel dotprod, XrtKernel update, Tiling space, PhaseClock clock) {
        this.space = space;
        try {
            allocate(dotprodTiles, dotprod, UnitDesign.DOTPROD_MATRIX, clock);
            allocate(updateTiles, update, UnitDesign.UPDATE_MATRIX, clock);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void allocate(List<XrtBuffer> tiles, XrtKernel kernel, int argument, PhaseClock clock) {
        long start = System.nanoTime();
        for (int tile = 0; tile < space.tiles(); tile++) {
            tiles.add(kernel.allocate(argument, space.tileBytes()));
        }
        clock.addSince(Phase.ALLOC, start);
    }

    /**
     * Sends a matrix to both kernels.
     *
     * @param tiling the matrix's own tiling: it may have fewer rows than there is space for
     */
    void load(RowOperator operator, Tiling tiling, PhaseClock clock) {
        load(dotprodTiles, operator, tiling, clock);
        load(updateTiles, operator, tiling, clock);
    }

    private void load(List<XrtBuffer> tiles, RowOperator operator, Tiling tiling, PhaseClock clock) {
        double[] re = new double[operator.cells()];
        double[] im = new double[operator.cells()];
        for (int rowBlock = 0; rowBlock < tiling.rowBlocks(); rowBlock++) {
            long start = System.nanoTime();
            for (int row = 0; row < tiling.design().rows(); row++) {
                boolean isPadding = row >= tiling.rowsIn(rowBlock);
                if (isPadding) {
                    Arrays.fill(re, 0);
                    Arrays.fill(im, 0);
                } else {
                    operator.row(rowBlock * tiling.design().rows() + row, re, im);
                }
                for (int cellBlock = 0; cellBlock < tiling.cellBlocks(); cellBlock++) {
                    fill(tile(tiles, rowBlock, cellBlock), row, re, im, tiling, cellBlock);
                }
            }
            clock.addSince(Phase.ALLOC, start);
            for (int cellBlock = 0; cellBlock < tiling.cellBlocks(); cellBlock++) {
                XrtBuffer tile = tile(tiles, rowBlock, cellBlock);
                start = System.nanoTime();
                tile.syncToDevice();
                clock.add(Phase.UPLOAD, System.nanoTime() - start, tile.bytes());
            }
        }
    }

    private static void fill(XrtBuffer tile, int row, double[] re, double[] im, Tiling tiling, int cellBlock) {
        int stride = tiling.design().cols();
        int firstCell = cellBlock * stride;
        tile.access(bytes -> {
            FloatBuffer values = bytes.asFloatBuffer();
            for (int cell = 0; cell < tiling.cellsIn(cellBlock); cell++) {
                int at = 2 * (row * stride + cell);
                values.put(at, (float) re[firstCell + cell]);
                values.put(at + 1, (float) im[firstCell + cell]);
            }
        });
    }

    XrtBuffer dotprodTile(int rowBlock, int cellBlock) {
        return tile(dotprodTiles, rowBlock, cellBlock);
    }

    XrtBuffer updateTile(int rowBlock, int cellBlock) {
        return tile(updateTiles, rowBlock, cellBlock);
    }

    private XrtBuffer tile(List<XrtBuffer> tiles, int rowBlock, int cellBlock) {
        return tiles.get(rowBlock * space.cellBlocks() + cellBlock);
    }

    @Override
    public void close() {
        dotprodTiles.forEach(XrtBuffer::close);
        updateTiles.forEach(XrtBuffer::close);
    }
}
