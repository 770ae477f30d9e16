package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.physics.DetectedVectors;
import io.octospark.physics.GramOperator;

/**
 * A normal operator in the order in which the product with many lanes reads it. Never changes once made; the inversions of
 * all threads of a process may share one.
 */
public abstract class BatchOperator {
    private final Grid grid;

    BatchOperator(Grid grid) {
        this.grid = grid;
    }

    /**
     * The operator in the faster of the two forms that this JVM can use, which is logged.
     *
     * @param grid geometry of the contrast; in mode {@code fwi-python} the one with whole-metre cells
     * @throws IllegalArgumentException if grid and operator differ in their cells
     */
    public static BatchOperator of(GramOperator operator, Grid grid) {
        if (grid.cells() != operator.cells()) {
            throw new IllegalArgumentException(
                    "the grid has " + grid.cells() + " cells, the operator " + operator.cells());
        }
        return DetectedVectors.USED ? vector(operator, grid) : plain(operator, grid);
    }

    /** For any JVM. */
    static BatchOperator plain(GramOperator operator, Grid grid) {
        return new PlainOperator(operator, grid);
    }

    /** For the vector module, which must be there. */
    static BatchOperator vector(GramOperator operator, Grid grid) {
        return DetectedVectors.newInstance(BatchOperator.class, "VectorOperator", operator, grid);
    }

    /** The grid whose contrasts the operator takes. */
    Grid grid() {
        return grid;
    }

    /** Room for as many grids at once as suits the operator's size. */
    abstract LaneFields newFields(InversionMode mode);
}
