package io.octospark.compute.xrt;

import io.octospark.compute.Phase;
import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;
import io.octospark.xrt.XrtBuffer;
import io.octospark.xrt.xclbin.DesignSize;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The two products of one grid in flight on a compute unit: float32 on the card, tiles added up in double here. A matrix
 * larger than the design takes a call for each tile; a smaller one is padded with zeros.
 */
final class UnitProducts implements LinearOperator {
    private final CardUnit unit;
    private final Tiling tiling;
    private final CardMatrix matrix;
    private final UnitBuffers buffers;
    private final UnitMeter meter;

    UnitProducts(CardUnit unit, Tiling tiling, CardMatrix matrix, UnitBuffers buffers, UnitMeter meter) {
        this.unit = unit;
        this.tiling = tiling;
        this.matrix = matrix;
        this.buffers = buffers;
        this.meter = meter;
    }

    @Override
    public int rows() {
        return tiling.rows();
    }

    @Override
    public int cells() {
        return tiling.cells();
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        Arrays.fill(data.re(), 0);
        Arrays.fill(data.im(), 0);
        for (int cellBlock = 0; cellBlock < tiling.cellBlocks(); cellBlock++) {
            int firstCell = cellBlock * tiling.design().cols();
            int cells = tiling.cellsIn(cellBlock);
            send(buffers.vectors.get(cellBlock), values -> {
                for (int i = 0; i < cells; i++) {
                    values.put(i, (float) contrast[firstCell + i]);
                }
            });
        }
        for (int rowBlock = 0; rowBlock < tiling.rowBlocks(); rowBlock++) {
            int firstRow = rowBlock * tiling.design().rows();
            int rows = tiling.rowsIn(rowBlock);
            for (int cellBlock = 0; cellBlock < tiling.cellBlocks(); cellBlock++) {
                buffers.dotprod.set(UnitDesign.DOTPROD_MATRIX, matrix.dotprodTile(rowBlock, cellBlock));
                buffers.dotprod.set(UnitDesign.DOTPROD_VECTOR, buffers.vectors.get(cellBlock));
                unit.dotprod().call(buffers.dotprod, meter);
                fetch(buffers.data, rows, values -> {
                    for (int i = 0; i < rows; i++) {
                        data.re()[firstRow + i] += values.get(2 * i);
                        data.im()[firstRow + i] += values.get(2 * i + 1);
                    }
                });
            }
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        for (int rowBlock = 0; rowBlock < tiling.rowBlocks(); rowBlock++) {
            int firstRow = rowBlock * tiling.design().rows();
            int rows = tiling.rowsIn(rowBlock);
            send(buffers.residuals.get(rowBlock), values -> {
                for (int i = 0; i < rows; i++) {
                    values.put(2 * i, (float) residual.re()[firstRow + i]);
                    values.put(2 * i + 1, (float) residual.im()[firstRow + i]);
                }
            });
        }
        for (int cellBlock = 0; cellBlock < tiling.cellBlocks(); cellBlock++) {
            int firstCell = cellBlock * tiling.design().cols();
            int cells = tiling.cellsIn(cellBlock);
            for (int rowBlock = 0; rowBlock < tiling.rowBlocks(); rowBlock++) {
                buffers.update.set(UnitDesign.UPDATE_RESIDUAL, buffers.residuals.get(rowBlock));
                buffers.update.set(UnitDesign.UPDATE_MATRIX, matrix.updateTile(rowBlock, cellBlock));
                unit.update().call(buffers.update, meter);
                // Only the real parts: OctoRay's kernels define no others.
                fetch(buffers.gradient, cells, values -> {
                    for (int i = 0; i < cells; i++) {
                        gradient[firstCell + i] += values.get(2 * i);
                    }
                });
            }
        }
    }

    private void send(XrtBuffer buffer, Consumer<FloatBuffer> writer) {
        long start = System.nanoTime();
        buffer.access(bytes -> writer.accept(bytes.asFloatBuffer()));
        buffer.syncToDevice();
        meter.clock().add(Phase.UPLOAD, System.nanoTime() - start, buffer.bytes());
    }

    private void fetch(XrtBuffer buffer, int complexNumbers, Consumer<FloatBuffer> reader) {
        long start = System.nanoTime();
        long bytes = (long) complexNumbers * DesignSize.COMPLEX_BYTES;
        buffer.syncFromDevice(0, bytes);
        buffer.access(image -> reader.accept(image.asFloatBuffer()));
        meter.clock().add(Phase.DOWNLOAD, System.nanoTime() - start, bytes);
    }
}
