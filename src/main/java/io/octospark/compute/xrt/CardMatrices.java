package io.octospark.compute.xrt;

import io.octospark.compute.PhaseClock;
import io.octospark.physics.RowOperator;
import io.octospark.xrt.XrtKernel;

/** Space for an operator's matrix in the banks of both kernels of a unit. */
final class CardMatrices implements AutoCloseable {
    private final CardMatrix dotprod;
    private final CardMatrix update;

    /** Allocates both for matrices of at most so many rows and cells. */
    CardMatrices(XrtKernel dotprodKernel, XrtKernel updateKernel, Tiling space, PhaseClock clock) {
        dotprod = new CardMatrix(dotprodKernel, UnitDesign.DOTPROD_MATRIX, space, clock);
        try {
            update = new CardMatrix(updateKernel, UnitDesign.UPDATE_MATRIX, space, clock);
        } catch (RuntimeException e) {
            dotprod.close();
            throw e;
        }
    }

    /** Sends a matrix to both. */
    void load(RowOperator operator, Tiling tiling, PhaseClock clock) {
        dotprod.load(operator, tiling, clock);
        update.load(operator, tiling, clock);
    }

    CardMatrix dotprod() {
        return dotprod;
    }

    CardMatrix update() {
        return update;
    }

    @Override
    public void close() {
        dotprod.close();
        update.close();
    }
}
