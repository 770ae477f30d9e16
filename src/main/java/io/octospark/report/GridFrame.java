package io.octospark.report;

import io.octospark.model.Grid;

/**
 * Position and background of a run's grids.
 *
 * @param grid the cells
 * @param backgroundVelocity c0 in m/s
 */
record GridFrame(Grid grid, double backgroundVelocity) {
    /** Returns the height of the grid divided by its width. */
    double aspect() {
        return grid.nz() * grid.cellHeight() / (grid.nx() * grid.cellWidth());
    }
}
