package io.octospark.arithmetic;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import java.util.function.Function;

/** Makes what computes in one arithmetic. May be used by any number of threads. */
public interface Routines {
    /**
     * Products with an operator that is given by its fields.
     *
     * @param receiverFields by frequency and receiver; kept, not copied
     * @param sourceFields by frequency and source; kept, not copied
     */
    FieldProducts fieldProducts(
            ComplexVector[][] receiverFields, ComplexVector[][] sourceFields, FieldProducts.Rows rows);

    /**
     * Lays out a normal operator in the order in which the product with many lanes reads it.
     *
     * @param m one row and column for each cell of the grid; not kept
     * @return makes lanes that share the operator; each call room for as many grids at once as suits the operator's size
     */
    Function<InversionMode, LaneFields> lanes(SquareMatrix m, Grid grid);

    /**
     * A projection of the data of many grids.
     *
     * @param grids most grids at once
     */
    RowProjection projection(FoldedRows rows, int grids);
}
