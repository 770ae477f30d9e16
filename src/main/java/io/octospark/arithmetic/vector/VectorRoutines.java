package io.octospark.arithmetic.vector;

import io.octospark.arithmetic.FieldProducts;
import io.octospark.arithmetic.FoldedRows;
import io.octospark.arithmetic.LaneFields;
import io.octospark.arithmetic.Mirror;
import io.octospark.arithmetic.Routines;
import io.octospark.arithmetic.RowProjection;
import io.octospark.arithmetic.SquareMatrix;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import java.util.function.Function;

/** The routines for the Vector API. */
public final class VectorRoutines implements Routines {
    /** From here on a matrix is larger than the second-level cache, and more lanes are to share each reading of it. */
    private static final int LARGE = 1000;

    /** Returns the numbers of a vector. */
    public static int lanes() {
        return VectorPanel.LANES;
    }

    @Override
    public FieldProducts fieldProducts(
            ComplexVector[][] receiverFields, ComplexVector[][] sourceFields, FieldProducts.Rows rows) {
        return new VectorFieldProducts(receiverFields, sourceFields, rows);
    }

    @Override
    public Function<InversionMode, LaneFields> lanes(SquareMatrix m, Grid grid) {
        VectorMatrix[] blocks =
                Mirror.blocks(m, grid).stream().map(VectorMatrix::new).toArray(VectorMatrix[]::new);
        return mode -> new VectorFields(blocks, grid, mode, grid.cells() < LARGE ? 2 : 8);
    }

    @Override
    public RowProjection projection(FoldedRows rows, int grids) {
        return new VectorProjection(rows, grids);
    }
}
