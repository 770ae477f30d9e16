package io.octospark.report;

import io.octospark.model.Grid;

/**
 * Where the cells of a run's grids are.
 *
 * @param grid the cells
 * @param backgroundVelocity c0 in m/s
 */
record GridFrame(Grid grid, double backgroundVelocity) {
    /** Height of the grid for one of width. */
    double aspect() {
        return grid.nz() * grid.cellHeight() / (grid.nx() * grid.cellWidth());
    }
}
