package io.octospark.reconstruct;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.UnitDescription;
import io.octospark.results.GridRecord;
import io.octospark.xrt.XrtException;
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

    /** Returns and forgets the samples of the unit's sensors since the last call; empty without sensors. */
    default List<DeviceSample> takeSamples() {
        return List.of();
    }

    /**
     * A compute unit that has failed in the middle of its work.
     *
     * @param cause why
     * @param inFlight numbers of the grids that it had taken and has no result of
     */
    record Fault(XrtException cause, List<Long> inFlight) {}

    /**
     * How the unit has failed; empty while it has not. After a failure no further grid is taken. Grids in flight that still
     * end well have their rows. The grids of the fault, and all that were not taken, are left to others.
     */
    default Optional<Fault> fault() {
        return Optional.empty();
    }

    /** The grid that failed itself because the unit failed with it; empty in work whose grids are never blamed. */
    default Optional<Long> blamed() {
        return Optional.empty();
    }

    /** Gives the unit back, where there is something to give. Closing twice does nothing more. */
    @Override
    default void close() {}
}
