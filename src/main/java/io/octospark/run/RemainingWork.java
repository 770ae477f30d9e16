package io.octospark.run;

import io.octospark.model.GridRanges;
import io.octospark.placement.Placement;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.ResultStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The grids that a run has to compute: all of them, or those that an interrupted run has left.
 *
 * @param partitions the partitions of each repeat
 * @param done grids that are done, of all repeats
 * @param past how far the run got before
 */
record RemainingWork(List<List<UnitAssignment>> partitions, long done, ResultStore.Past past) {
    /** All grids of a new run. */
    static RemainingWork all(List<UnitAssignment> partitions, Instant startedAt, int repeats) {
        return new RemainingWork(
                Collections.nCopies(repeats, partitions),
                0,
                new ResultStore.Past(startedAt, Optional.empty(), 0, partitions.size()));
    }

    /**
     * The grids of a stored run that have no row of status done.
     *
     * @param partitions the partitions of the whole run
     */
    static RemainingWork stored(
            ResultStore store, String runId, List<UnitAssignment> partitions, int repeats, int partitionsPerUnit) {
        GridRanges all = partitions.stream().map(UnitAssignment::ranges).reduce(GridRanges.NONE, GridRanges::plus);
        ResultStore.Past past = store.past(runId);
        List<GridRanges> done = store.done(runId, repeats);
        List<List<UnitAssignment>> left = new ArrayList<>();
        for (GridRanges doneInRepeat : done) {
            left.add(Placement.ofRest(partitions, all.minus(doneInRepeat), partitionsPerUnit, past.nextPartition()));
        }
        return new RemainingWork(
                left, done.stream().mapToLong(GridRanges::count).sum(), past);
    }

    private Stream<UnitAssignment> all() {
        return partitions.stream().flatMap(List::stream);
    }

    /** Grids that are left, of all repeats. */
    long left() {
        return all().mapToLong(UnitAssignment::grids).sum();
    }

    /** Units that have something to do. */
    int units() {
        return (int) all().mapToInt(UnitAssignment::id).distinct().count();
    }

    /** A number that no partition of any repeat has. */
    int nextPartition() {
        return all().mapToInt(UnitAssignment::partition).max().orElse(past.nextPartition() - 1) + 1;
    }
}
