package io.octospark.compute.xrt;

import io.octospark.xrt.XrtBuffer;
import io.octospark.xrt.XrtKernel;
import io.octospark.xrt.XrtRun;
import java.util.ArrayList;
import java.util.List;

/** The buffers of one grid in flight on a unit, for vectors in and out, with a run of each kernel. */
final class UnitBuffers implements AutoCloseable {
    private final List<Runnable> opened = new ArrayList<>();
    final List<XrtBuffer> vectors = new ArrayList<>();
    final List<XrtBuffer> residuals = new ArrayList<>();
    final XrtBuffer data;
    final XrtBuffer gradient;
    final XrtRun dotprod;
    final XrtRun update;

    UnitBuffers(XrtKernel dotprodKernel, XrtKernel updateKernel, Tiling tiling) {
        try {
            // Inputs are zero from the start: beyond the matrix they are never written.
            for (int cellBlock = 0; cellBlock < tiling.cellBlocks(); cellBlock++) {
                vectors.add(allocate(dotprodKernel, UnitDesign.DOTPROD_VECTOR));
            }
            for (int rowBlock = 0; rowBlock < tiling.rowBlocks(); rowBlock++) {
                residuals.add(allocate(updateKernel, UnitDesign.UPDATE_RESIDUAL));
            }
            data = allocate(dotprodKernel, UnitDesign.OUT);
            gradient = allocate(updateKernel, UnitDesign.OUT);
            dotprod = dotprodKernel.openRun();
            opened.add(dotprod::close);
            dotprod.set(UnitDesign.OUT, data);
            update = updateKernel.openRun();
            opened.add(update::close);
            update.set(UnitDesign.OUT, gradient);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private XrtBuffer allocate(XrtKernel kernel, int argument) {
        XrtBuffer buffer =
                kernel.allocate(argument, kernel.arguments().get(argument).minimumBytes());
        opened.add(buffer::close);
        return buffer;
    }

    /** Closes in the reverse order of opening. */
    @Override
    public void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).run();
        }
        opened.clear();
    }
}
