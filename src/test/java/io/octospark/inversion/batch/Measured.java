package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;

/**
 * What the benchmarks measure: cells, frequencies, sources and receivers. Public for generated benchmarks; knows nothing of
 * vectors, whose classes take long to load.
 */
public enum Measured {
    /** The notebook's. */
    CELLS_10X10(10, 10, 20, 20, 20, 4096),
    CELLS_64X32(64, 32, 15, 17, 17, 128),
    CELLS_70X70(70, 70, 15, 5, 70, 64);

    private final int nx;
    private final int nz;
    private final int frequencies;
    private final int sources;
    private final int receivers;
    private final int grids;

    Measured(int nx, int nz, int frequencies, int sources, int receivers, int grids) {
        this.nx = nx;
        this.nz = nz;
        this.frequencies = frequencies;
        this.sources = sources;
        this.receivers = receivers;
        this.grids = grids;
    }

    /** On the notebook's line of sources and receivers. */
    Survey survey() {
        return survey(480);
    }

    /** On a line that ends elsewhere. */
    Survey survey(double right) {
        Position left = new Position(-480, -5);
        Position end = new Position(right, -5);
        return new Survey(
                2000,
                Survey.frequencies(10, 40, frequencies),
                Survey.line(left, end, sources),
                Survey.line(left, end, receivers));
    }

    Grid grid() {
        return Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
    }

    /** Enough to keep all lanes busy for most of the time. */
    int grids() {
        return grids;
    }
}
