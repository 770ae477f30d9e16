package io.octospark.compute.xrt;

import io.octospark.compute.Phase;
import io.octospark.physics.MatrixOperator;
import io.octospark.xrt.XrtBuffer;
import io.octospark.xrt.XrtKernel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** An operator's matrix in the memory bank of one kernel instance, as tiles of the design's size. */
final class CardMatrix implements AutoCloseable {
    private final Tiling tiling;
    private final List<XrtBuffer> tiles = new ArrayList<>();

    /** Allocates the tiles for an argument, fills them and sends them. */
    CardMatrix(XrtKernel kernel, int argument, MatrixOperator operator, Tiling tiling, UnitMeter meter) {
        this.tiling = tiling;
        try {
            for (int rowBlock = 0; rowBlock < tiling.rowBlocks(); rowBlock++) {
                for (int cellBlock = 0; cellBlock < tiling.cellBlocks(); cellBlock++) {
                    long start = System.nanoTime();
                    XrtBuffer tile = kernel.allocateUnsent(argument, tiling.tileBytes());
                    tiles.add(tile);
                    fill(tile, operator, rowBlock, cellBlock);
                    meter.clock().addSince(Phase.ALLOC, start);
                    start = System.nanoTime();
                    tile.syncToDevice();
                    meter.clock().add(Phase.UPLOAD, System.nanoTime() - start, tile.bytes());
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void fill(XrtBuffer tile, MatrixOperator operator, int rowBlock, int cellBlock) {
        int firstRow = rowBlock * tiling.design().rows();
        int firstCell = cellBlock * tiling.design().cols();
        int stride = tiling.design().cols();
        tile.access(bytes -> {
            FloatBuffer values = bytes.asFloatBuffer();
            for (int row = 0; row < tiling.rowsIn(rowBlock); row++) {
                for (int cell = 0; cell < tiling.cellsIn(cellBlock); cell++) {
                    int at = 2 * (row * stride + cell);
                    values.put(at, (float) operator.re(firstRow + row, firstCell + cell));
                    values.put(at + 1, (float) operator.im(firstRow + row, firstCell + cell));
                }
            }
        });
    }

    XrtBuffer tile(int rowBlock, int cellBlock) {
        return tiles.get(rowBlock * tiling.cellBlocks() + cellBlock);
    }

    @Override
    public void close() {
        tiles.forEach(XrtBuffer::close);
    }
}
