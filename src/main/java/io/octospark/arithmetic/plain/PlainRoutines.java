package io.octospark.arithmetic.plain;

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

/** The routines in plain Java. */
public final class PlainRoutines implements Routines {
    private static final int LANES = 32;

    @Override
    public FieldProducts fieldProducts(
            ComplexVector[][] receiverFields, ComplexVector[][] sourceFields, FieldProducts.Rows rows) {
        return new PlainFieldProducts(receiverFields, sourceFields, rows);
    }

    @Override
    public Function<InversionMode, LaneFields> lanes(SquareMatrix m, Grid grid) {
        double[][][] blocks =
                Mirror.blocks(m, grid).stream().map(PlainMatrix::rows).toArray(double[][][]::new);
        return mode -> new PlainFields(blocks, grid, mode, LANES);
    }

    @Override
    public RowProjection projection(FoldedRows rows, int grids) {
        return new PlainProjection(rows);
    }
}
