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

/**
 * What a run has to do: all of it, or what is left of one that was interrupted.
 *
 * @param ofRepeats the partitions of each repeat
 * @param done grids that are done, of all repeats
 * @param past what there was of the run
 */
record RunRests(List<List<UnitAssignment>> ofRepeats, long done, ResultStore.Past past) {
    /** All of a new run. */
    static RunRests ofAll(List<UnitAssignment> partitions, Instant startedAt, int repeats) {
        return new RunRests(
                Collections.nCopies(repeats, partitions),
                0,
                new ResultStore.Past(startedAt, Optional.empty(), 0, partitions.size()));
    }

    /**
     * What is left of a run: the grids that have no row of status done.
     *
     * @param partitions those of the whole run
     */
    static RunRests ofStored(
            ResultStore store, String runId, List<UnitAssignment> partitions, int repeats, int partitionsPerUnit) {
        GridRanges all = partitions.stream().map(UnitAssignment::ranges).reduce(GridRanges.NONE, GridRanges::plus);
        ResultStore.Past past = store.past(runId);
        List<GridRanges> done = store.done(runId, repeats);
        List<List<UnitAssignment>> ofRepeats = new ArrayList<>();
        for (GridRanges ofRepeat : done) {
            ofRepeats.add(Placement.ofRest(partitions, all.minus(ofRepeat), partitionsPerUnit, past.nextPartition()));
        }
        return new RunRests(
                ofRepeats, done.stream().mapToLong(GridRanges::count).sum(), past);
    }

    List<UnitAssignment> ofRepeat(int repeat) {
        return ofRepeats.get(repeat);
    }

    /** Grids that are left, of all repeats. */
    long left() {
        return ofRepeats.stream()
                .flatMap(List::stream)
                .mapToLong(UnitAssignment::grids)
                .sum();
    }

    /** Units that have something to do. */
    int units() {
        return (int) ofRepeats.stream()
                .flatMap(List::stream)
                .mapToInt(UnitAssignment::id)
                .distinct()
                .count();
    }

    /** A number that no partition of any repeat has. */
    int nextPartition() {
        return ofRepeats.stream()
                        .flatMap(List::stream)
                        .mapToInt(UnitAssignment::partition)
                        .max()
                        .orElse(past.nextPartition() - 1)
                + 1;
    }
}
