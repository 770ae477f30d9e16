package io.octospark.run;

import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.error.Messages;
import io.octospark.model.GridRanges;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.EventRecord;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Has the grids of a repeat computed. A first Spark job has a partition for each unit. A unit's task ends when its share is
 * done, or when the unit fails: what is left of its grids then goes into another job at once, while the rows of the first
 * one are committed as soon as its last task has ended. So no unit waits for another, and what is lost when a process dies
 * is a share of each unit at most. Waiting and all decisions are those of the caller's thread and of Spark's listener, one at
 * a time; each job has a thread of its own.
 */
final class GridDispatch implements AutoCloseable {
    /** One Spark job. */
    record Job(int repeat, List<UnitAssignment> partitions, Backend backend, boolean isolated) {
        /** Grids of all partitions. */
        long grids() {
            return partitions.stream().mapToLong(UnitAssignment::grids).sum();
        }
    }

    /** Runs a job to the commit of its rows. */
    interface JobRunner {
        void run(Job job, CollectionAccumulator<UnitReport> reports);
    }

    /** What is to be computed, as yet by no job. */
    private record Work(UnitAssignment assignment, boolean isolated, boolean alone) {}

    private final SparkContext context;
    private final JobRunner runner;
    private final RunPolicy policy;
    private final Consumer<List<UnitReport>> committed;
    private final Consumer<EventRecord> events;
    private final ExecutorService threads;

    private Backend backend;
    private int nextPartition;

    // Of the repeat at work.
    private int repeat;
    private List<UnitAssignment> units = List.of();
    private final List<Work> waiting = new ArrayList<>();
    private int jobs;

    /** The assignments whose tasks have not ended, by partition. */
    private final Map<Integer, UnitAssignment> running = new HashMap<>();

    /** What tasks that have ended did not compute, by partition, and others do. */
    private final Map<Integer, GridRanges> handedOn = new HashMap<>();

    /** Failures of units by the grids that were in flight. */
    private final Map<Long, Integer> failures = new HashMap<>();

    /** Units whose jobs have failed at cards. */
    private final Set<Integer> notOpened = new HashSet<>();

    private boolean stopping;
    private Throwable failure;

    /**
     * @param nextPartition first number for partitions besides those that are given to {@link #run}
     * @param runner called in threads of their own, several at a time
     * @param committed told what the tasks of a job have reported when its rows are committed, before the next one begins
     * @param events told what goes another way than planned
     */
    GridDispatch(
            SparkContext context,
            Backend backend,
            RunPolicy policy,
            int nextPartition,
            JobRunner runner,
            Consumer<List<UnitReport>> committed,
            Consumer<EventRecord> events) {
        this.context = context;
        this.backend = backend;
        this.policy = policy;
        this.nextPartition = nextPartition;
        this.runner = runner;
        this.committed = committed;
        this.events = events;
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "grid job");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Computes the grids of a repeat and returns when all jobs have ended; earlier than all grids are done if the run is to
     * stop.
     *
     * @param partitions what the first job does
     * @throws RuntimeException the first failure that leaves grids undone; jobs under way are ended before that
     */
    void run(int repeatAtWork, List<UnitAssignment> partitions) throws InterruptedException {
        synchronized (this) {
            repeat = repeatAtWork;
            units = partitions.stream()
                    .collect(Collectors.toMap(UnitAssignment::id, unit -> unit, (a, b) -> a, LinkedHashMap::new))
                    .values()
                    .stream()
                    .toList();
            handedOn.clear();
            failures.clear();
            partitions.forEach(assignment -> waiting.add(new Work(assignment, false, false)));
            while (jobs > 0 || (!waiting.isEmpty() && !stopping)) {
                if (waiting.isEmpty() || stopping || isEnoughUnderWay()) {
                    wait();
                } else {
                    submit();
                }
            }
            waiting.clear();
        }
        if (failure != null) {
            GridDispatch.<RuntimeException>rethrow(failure);
        }
    }

    /** Spark throws checked exceptions that Scala does not declare. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> void rethrow(Throwable e) throws E {
        throw (E) e;
    }

    /** No further job: those under way end and are committed. */
    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    /** Whether each slot has a task, and one that is next: more would only be committed later. */
    private boolean isEnoughUnderWay() {
        return jobs > 0 && running.size() >= 2 * slots();
    }

    /** Tasks that can run at once, as far as is known: of a cluster's cores not all may have come yet. */
    private int slots() {
        return Math.max(1, context.isLocal() ? Math.min(units.size(), context.defaultParallelism()) : units.size());
    }

    private void submit() {
        List<Work> next = new ArrayList<>();
        Work first = waiting.get(0);
        for (Work work : waiting) {
            if (next.isEmpty()
                    || (next.size() < slots()
                            && !first.alone()
                            && !work.alone()
                            && work.isolated() == first.isolated())) {
                next.add(work);
            }
        }
        waiting.removeAll(next);
        Job job = new Job(repeat, next.stream().map(Work::assignment).toList(), backend, first.isolated());
        job.partitions().forEach(assignment -> running.put(assignment.partition(), assignment));
        jobs++;
        CollectionAccumulator<UnitReport> reports = new CollectionAccumulator<>();
        context.register(reports, "unit reports");
        threads.execute(() -> run(job, reports));
    }

    private void run(Job job, CollectionAccumulator<UnitReport> reports) {
        try {
            if (compute(job, reports)) {
                List<UnitReport> ofJob = List.copyOf(reports.value());
                ofJob.forEach(this::taskEnded);
                committed.accept(ofJob);
            }
        } catch (Throwable e) {
            // As above.
            end(e);
        } finally {
            synchronized (this) {
                jobs--;
                notifyAll();
            }
        }
    }

    /** Whether the rows of the job are there. */
    private boolean compute(Job job, CollectionAccumulator<UnitReport> reports) {
        try {
            runner.run(job, reports);
            return true;
        } catch (Throwable e) {
            // Throwable: Spark throws checked exceptions that Scala does not declare; the caller's thread throws it on.
            failed(job, e);
            return false;
        }
    }

    /** Jobs under way end and are committed. */
    private synchronized void end(Throwable e) {
        if (failure == null) {
            failure = e;
        }
        stopping = true;
    }

    /** A task has ended well: Spark's listener tells it before its job has ended, which tells it again. */
    synchronized void taskEnded(UnitReport report) {
        int partition = report.unit().place().partitionId();
        UnitAssignment assignment = report.unit().place().repeat() == repeat ? running.remove(partition) : null;
        if (assignment == null) {
            return;
        }
        GridRanges rest = report.rest();
        GridRanges toIsolate = GridRanges.NONE;
        for (long grid : report.inFlight().stream().toArray()) {
            GridRanges one = GridRanges.of(grid, 1);
            // The last of its attempts it has alone: then there is no doubt.
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
        notifyAll();
    }

    private void isolate(UnitAssignment assignment, GridRanges grids) {
        String message = "%s in flight at the failure of a unit: each is tried alone"
                .formatted(Messages.count(grids.count(), "grid"));
        events.accept(EventRecord.ofRun(EventRecord.Kind.GRIDS_ISOLATED, message));
        grids.stream()
                .forEach(grid ->
                        waiting.add(new Work(assignment.with(nextPartition++, GridRanges.of(grid, 1)), true, false)));
    }

    /** Hands grids to their unit and to those like it that have nothing to do. */
    private void share(UnitAssignment assignment, GridRanges rest) {
        Set<Integer> busy = new HashSet<>();
        Stream.concat(running.values().stream(), waiting.stream().map(Work::assignment))
                .forEach(other -> busy.add(other.id()));
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

    private synchronized void failed(Job job, Throwable e) {
        List<Work> lost = new ArrayList<>();
        for (UnitAssignment assignment : job.partitions()) {
            running.remove(assignment.partition());
            GridRanges grids =
                    assignment.ranges().minus(handedOn.getOrDefault(assignment.partition(), GridRanges.NONE));
            if (!grids.isEmpty()) {
                lost.add(new Work(assignment.with(nextPartition++, grids), job.isolated(), true));
            }
        }
        Throwable root = Messages.rootCause(e);
        // What fails in a task: of a job that fails while its rows are committed some may be there already.
        boolean ofCards = root instanceof XrtException && job.backend() instanceof XrtBackend;
        if (!ofCards) {
            end(e);
            return;
        }
        if (job.partitions().size() > 1) {
            events.accept(EventRecord.ofRun(
                    EventRecord.Kind.JOB_FAILED,
                    "each of its %d partitions becomes a job of its own: %s"
                            .formatted(job.partitions().size(), root.getMessage())));
            waiting.addAll(lost);
            return;
        }
        Optional<UnitAssignment> other = elsewhere(job);
        if (other.isPresent()) {
            UnitAssignment unit = other.get();
            events.accept(EventRecord.ofRun(
                    EventRecord.Kind.JOB_FAILED,
                    "its grids go to unit %d: %s".formatted(unit.id(), root.getMessage())));
            lost.forEach(work -> waiting.add(new Work(
                    unit.with(work.assignment().partition(), work.assignment().ranges()), work.isolated(), true)));
        } else if (policy.fallback().isPresent()) {
            CpuBackend cores = policy.fallback().get();
            if (backend != cores) {
                events.accept(EventRecord.ofRun(
                        EventRecord.Kind.FALLBACK, "further jobs run on " + cores.key() + ": " + root.getMessage()));
                backend = cores;
            }
            waiting.addAll(lost);
        } else {
            end(e);
        }
    }

    /** Another unit for the grids of a job that its own could not be opened for; none twice. */
    private Optional<UnitAssignment> elsewhere(Job job) {
        UnitAssignment failed = job.partitions().get(0);
        notOpened.add(failed.id());
        return units.stream()
                .filter(unit -> !notOpened.contains(unit.id()) && unit.isLike(failed))
                .findFirst();
    }

    /** Ends the threads of jobs; those under way have been ended by Spark. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
