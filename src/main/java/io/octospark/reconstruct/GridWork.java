package io.octospark.reconstruct;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.UnitDescription;
import io.octospark.results.GridRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Turns the grids of a partition into rows of results, in the order in which they are done. Asking whether there is another
 * one computes it. Serves one thread.
 */
public interface GridWork extends Iterator<GridRecord>, AutoCloseable {
    /** The unit that computes. */
    UnitDescription description();

    /** Share of the time in which the unit was busy; empty where that is not measured. */
    default OptionalDouble busyShare() {
        return OptionalDouble.empty();
    }

    /** What the unit's sensors showed since somebody last asked; empty without sensors. */
    default List<DeviceSample> takeSamples() {
        return List.of();
    }

    /**
     * How the unit has failed; empty while it has not. After that no further grid is taken, those in flight that still end
     * well have their rows, then there are none: the grids that are named here, and all that were not taken, are left to
     * others.
     */
    default Optional<UnitFault> fault() {
        return Optional.empty();
    }

    /** Gives the unit back, where there is something to give. Closing twice does nothing more. */
    @Override
    default void close() {}
}
