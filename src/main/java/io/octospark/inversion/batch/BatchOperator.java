package io.octospark.inversion.batch;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.arithmetic.LaneFields;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.physics.GramOperator;
import java.util.function.Function;

/**
 * A normal operator, laid out for the product with many grids at once. Never changes once made; the inversions of all threads
 * of a process may share one.
 */
public final class BatchOperator {
    private final Grid grid;
    private final Function<InversionMode, LaneFields> lanes;

    /**
     * Lays out an operator for the arithmetic of this process.
     *
     * @param grid geometry of the contrast; in mode {@code fwi-python} the one with whole-metre cells
     * @throws IllegalArgumentException if grid and operator differ in their cells
     */
    public BatchOperator(GramOperator operator, Grid grid) {
        this(operator, grid, Arithmetic.used());
    }

    /** Lays out an operator for this arithmetic. */
    BatchOperator(GramOperator operator, Grid grid, Arithmetic arithmetic) {
        if (grid.cells() != operator.cells()) {
            throw new IllegalArgumentException(
                    "the grid has " + grid.cells() + " cells, the operator " + operator.cells());
        }
        this.grid = grid;
        lanes = arithmetic.routines().lanes(operator, grid);
    }

    /** The grid whose contrasts the operator takes. */
    Grid grid() {
        return grid;
    }

    /** Returns room for as many grids at once as suits the operator's size. */
    LaneFields newFields(InversionMode mode) {
        return lanes.apply(mode);
    }
}
