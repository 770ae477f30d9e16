package io.octospark.run;

import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.error.Messages;
import io.octospark.model.GridRanges;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.EventRecord;
import io.octospark.spark.GridJob;
import io.octospark.spark.UnitReport;
import io.octospark.xrt.XrtException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which grids of a repeat go into which job, and what becomes of grids whose unit or job has failed. Knows neither
 * threads nor Spark: {@link GridDispatch} starts the jobs and reports how they end. Not safe for use by several threads.
 */
final class JobQueue {
    /** Grids to compute that are in no job yet; {@code alone}: in a job without other partitions. */
    private record Work(UnitAssignment assignment, boolean isolated, boolean alone) {}

    private final RunPolicy policy;
    private final int cores;
    private final Consumer<EventRecord> events;
    private final Set<Integer> unitsNotOpened = new HashSet<>();
    private Backend backend;
    private int nextPartition;

    private int repeat;
    private List<UnitAssignment> units = List.of();
    private final List<Work> waiting = new ArrayList<>();

    /** The assignments whose tasks have not ended, by partition. */
    private final Map<Integer, UnitAssignment> running = new HashMap<>();

    /** The grids that tasks left undone when they ended, by partition; {@link #waiting} has them again. */
    private final Map<Integer, GridRanges> handedOn = new HashMap<>();

    /** How often a unit has failed while the grid was in flight. */
    private final Map<Long, Integer> failures = new HashMap<>();

    /**
     * @param cores tasks that can run at once, {@code Integer.MAX_VALUE} where a cluster may still grow
     * @param nextPartition first number for partitions besides those that are given to {@link #start}
     * @param events receives an event for each deviation from the plan
     */
    JobQueue(Backend backend, RunPolicy policy, int cores, int nextPartition, Consumer<EventRecord> events) {
        this.backend = backend;
        this.policy = policy;
        this.cores = cores;
        this.nextPartition = nextPartition;
        this.events = events;
    }

    /** Starts a repeat with these partitions. Work of an earlier repeat is dropped. */
    void start(int number, List<UnitAssignment> partitions) {
        repeat = number;
        units = List.copyOf(partitions.stream()
                .collect(Collectors.toMap(UnitAssignment::id, unit -> unit, (a, b) -> a, LinkedHashMap::new))
                .values());
        running.clear();
        handedOn.clear();
        failures.clear();
        waiting.clear();
        partitions.forEach(assignment -> waiting.add(new Work(assignment, false, false)));
    }

    /**
     * The next job. Empty if no grid waits, or if every slot has a task and one that is next: rows of more tasks would
     * only be committed later.
     */
    Optional<GridJob> next() {
        if (waiting.isEmpty() || running.size() >= 2 * slots()) {
            return Optional.empty();
        }
        Work first = waiting.get(0);
        List<Work> chosen = first.alone()
                ? List.of(first)
                : waiting.stream()
                        .filter(work -> !work.alone() && work.isolated() == first.isolated())
                        .limit(slots())
                        .toList();
        waiting.removeAll(chosen);
        List<UnitAssignment> partitions = chosen.stream().map(Work::assignment).toList();
        partitions.forEach(assignment -> running.put(assignment.partition(), assignment));
        return Optional.of(new GridJob(repeat, partitions, backend, first.isolated()));
    }

    private int slots() {
        return Math.max(1, Math.min(units.size(), cores));
    }

    /** A task has ended well. Reports that come twice, or late from an earlier repeat, change nothing. */
    void taskEnded(UnitReport report) {
        int partition = report.unit().place().partitionId();
        UnitAssignment assignment = report.unit().place().repeat() == repeat ? running.remove(partition) : null;
        if (assignment == null) {
            return;
        }
        GridRanges rest = report.rest();
        GridRanges toIsolate = GridRanges.NONE;
        for (long grid : report.inFlight().stream().toArray()) {
            GridRanges one = GridRanges.of(grid, 1);
            // A grid has its last attempt alone: then there is no doubt which one made the unit fail.
            if (failures.merge(grid, 1, Integer::sum) >= policy.gridAttempts() - 1) {
                toIsolate = toIsolate.plus(one);
            } else {
                rest = rest.plus(one);
            }
        }
        handedOn.put(partition, rest.plus(toIsolate));
        if (!toIsolate.isEmpty()) {
            isolate(assignment, toIsolate);
        }
        if (!rest.isEmpty()) {
            share(assignment, rest);
        }
    }

    private void isolate(UnitAssignment assignment, GridRanges grids) {
        String message = "%s in flight at the failure of a unit: each is tried alone"
                .formatted(Messages.count(grids.count(), "grid"));
        events.accept(EventRecord.ofRun(EventRecord.Kind.GRIDS_ISOLATED, message));
        grids.stream()
                .forEach(grid ->
                        waiting.add(new Work(assignment.with(nextPartition++, GridRanges.of(grid, 1)), true, false)));
    }

    /** Hands grids to their unit and to idle units like it. */
    private void share(UnitAssignment assignment, GridRanges rest) {
        Set<Integer> busy = Stream.concat(
                        running.values().stream(), waiting.stream().map(Work::assignment))
                .map(UnitAssignment::id)
                .collect(Collectors.toSet());
        List<UnitAssignment> free = Stream.concat(
                        Stream.of(assignment),
                        units.stream()
                                .filter(unit -> unit.id() != assignment.id() && !busy.contains(unit.id()))
                                .filter(assignment::isLike))
                .limit(rest.count())
                .toList();
        long before = 0;
        for (int i = 0; i < free.size(); i++) {
            long count = (rest.count() - before) / (free.size() - i);
            waiting.add(new Work(free.get(i).with(nextPartition++, rest.part(before, count)), false, false));
            before += count;
        }
    }

    /** A job has ended well, and its rows are committed: no task of it runs any more. */
    void jobEnded(GridJob job) {
        job.partitions().forEach(assignment -> running.remove(assignment.partition()));
    }

    /**
     * A job has failed, and none of its rows is committed. Its grids are tried again, unless something else than cards is
     * at fault: some rows of a job that fails at its commit may be there already.
     *
     * @return whether its grids are tried again
     */
    boolean jobFailed(GridJob job, Throwable failure) {
        List<Work> lost = takeBack(job);
        Throwable root = Messages.rootCause(failure);
        if (!(root instanceof XrtException && job.backend().isOnCards())) {
            return false;
        }
        if (job.partitions().size() > 1) {
            tell(
                    EventRecord.Kind.JOB_FAILED,
                    "each of its %d partitions becomes a job of its own"
                            .formatted(job.partitions().size()),
                    root);
            waiting.addAll(lost);
            return true;
        }
        Optional<UnitAssignment> other = unitInPlaceOf(job.partitions().get(0));
        if (other.isPresent()) {
            UnitAssignment unit = other.get();
            tell(EventRecord.Kind.JOB_FAILED, "its grids go to unit " + unit.id(), root);
            lost.stream()
                    .map(Work::assignment)
                    .map(grids -> unit.with(grids.partition(), grids.ranges()))
                    .forEach(assignment -> waiting.add(new Work(assignment, job.isolated(), true)));
            return true;
        }
        if (policy.fallback().isEmpty()) {
            return false;
        }
        CpuBackend fallback = policy.fallback().get();
        if (backend != fallback) {
            tell(EventRecord.Kind.FALLBACK, "further jobs run on " + fallback.key(), root);
            backend = fallback;
        }
        waiting.addAll(lost);
        return true;
    }

    /** The grids of a job that no other job has by now, each partition as work for a job of its own. */
    private List<Work> takeBack(GridJob job) {
        List<Work> lost = new ArrayList<>();
        for (UnitAssignment assignment : job.partitions()) {
            running.remove(assignment.partition());
            GridRanges grids =
                    assignment.ranges().minus(handedOn.getOrDefault(assignment.partition(), GridRanges.NONE));
            if (!grids.isEmpty()) {
                lost.add(new Work(assignment.with(nextPartition++, grids), job.isolated(), true));
            }
        }
        return lost;
    }

    private void tell(EventRecord.Kind kind, String what, Throwable root) {
        events.accept(EventRecord.ofRun(kind, what + ": " + root.getMessage()));
    }

    /** A unit like one that could not be opened; never one that could not be opened itself. */
    private Optional<UnitAssignment> unitInPlaceOf(UnitAssignment failed) {
        unitsNotOpened.add(failed.id());
        return units.stream()
                .filter(unit -> !unitsNotOpened.contains(unit.id()) && unit.isLike(failed))
                .findFirst();
    }
}
