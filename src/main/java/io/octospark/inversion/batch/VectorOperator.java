package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.physics.GramOperator;

/** The normal operator for the Vector API: whole, or the blocks of its {@link Mirror}. */
final class VectorOperator extends BatchOperator {
    /** From here on a matrix is larger than the second-level cache, and more lanes are to share each reading of it. */
    private static final int LARGE = 1000;

    private final VectorMatrix[] blocks;

    VectorOperator(GramOperator operator, Grid grid) {
        super(grid);
        Mirror mirror = new Mirror(operator, grid);
        blocks = mirror.commutes()
                ? new VectorMatrix[] {
                    new VectorMatrix(mirror.evenCells(), mirror::even), new VectorMatrix(mirror.oddCells(), mirror::odd)
                }
                : new VectorMatrix[] {new VectorMatrix(operator.cells(), operator::entry)};
    }

    @Override
    LaneFields newFields(InversionMode mode) {
        return new VectorFields(blocks, grid(), mode, grid().cells() < LARGE ? 2 : 8);
    }
}
