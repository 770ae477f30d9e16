package io.octospark.run;

import io.octospark.compute.UnitAddress;
import io.octospark.config.Experiment;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.error.Problem;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.BuildInfo;
import io.octospark.results.EventRecord;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunLock;
import io.octospark.results.RunRecord;
import io.octospark.results.StoredRun;
import io.octospark.spark.TaskSettings;
import io.octospark.spark.cards.FpgaResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an experiment: grids as an RDD with one partition per compute unit, each partition reconstructed on its unit,
 * results streamed into the tables.
 *
 * <pre>{@code
 * Experiment experiment = ExperimentReader.read(Path.of("conf/notebook.json"), Optional.empty());
 * Backend cores = new CpuBackend(Precision.FLOAT64, OperatorForm.GRAM);
 * RunOptions options = RunOptions.on(cores).results("results").build();
 * RunSummary summary = ReconstructionJob.of(spark, experiment, options).run(progress);
 * }</pre>
 */
public final class ReconstructionJob {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReconstructionJob.class);

    private static final DateTimeFormatter RUN_ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final SparkSession spark;
    private final RunPlan plan;
    private final RunRecord.Identity identity;
    private final ResultStore store;

    /** The dispatch of the run under way. */
    private GridDispatch dispatch;

    private String runId;
    private String stopReason;

    /** Whether another process has taken the run over, which must be left to it as it is. */
    private volatile boolean lost;

    private ReconstructionJob(SparkSession spark, RunPlan plan, RunRecord.Identity identity, ResultStore store) {
        this.spark = spark;
        this.plan = plan;
        this.identity = identity;
        this.store = store;
    }

    /**
     * Plans a run and prepares it.
     *
     * @throws InvalidInputException as {@link RunPlan#of} and {@link #of(SparkSession, RunPlan)} do
     */
    public static ReconstructionJob of(SparkSession spark, Experiment experiment, RunOptions options) {
        return of(spark, RunPlan.of(spark, experiment, options));
    }

    /**
     * Prepares a planned run: hashes its data and looks at the results folder. Nothing is written.
     *
     * @throws InvalidInputException if the run to be resumed was of another configuration or other data, or the results
     *     folder can't be opened
     */
    public static ReconstructionJob of(SparkSession spark, RunPlan plan) {
        RunRecord.Identity identity = RunIdentity.of(
                plan.experiment(), plan.options(), spark.sparkContext().hadoopConfiguration());
        plan.options()
                .resumed()
                .ifPresent(run -> RunIdentity.check(run, identity, plan.experiment(), plan.gridsPerRepeat()));
        return new ReconstructionJob(
                spark, plan, identity, new ResultStore(spark, plan.options().results()));
    }

    /**
     * Asks the run to end: units take no further grid, those in flight end, and all is committed. Serves any thread. Asking
     * before the run has begun has the same effect.
     *
     * @param reason for the table of events
     */
    public synchronized void stop(String reason) {
        if (stopReason != null) {
            return;
        }
        stopReason = reason;
        if (dispatch != null) {
            dispatch.stop();
            requestStop();
        }
    }

    /** The run that was begun; empty before. */
    public synchronized Optional<String> startedRun() {
        return Optional.ofNullable(runId);
    }

    private void requestStop() {
        if (lost) {
            return;
        }
        try {
            store.stopRequest(runId).make(spark.sparkContext().hadoopConfiguration());
        } catch (IOException e) {
            LOGGER.warn("Units can't be asked to stop, their shares end first: {}", Messages.cause(e));
        }
    }

    /**
     * Runs the experiment. One grid that can't be inverted does not stop the others.
     *
     * @param progress told how far the run is
     * @throws InvalidInputException if the results folder can't be written, or another process works on the run; nothing
     *     was done then
     * @throws RunFailedException if the run fails after it has begun
     */
    @SuppressWarnings("try") // the lock is held, and nothing else is done with it
    public RunSummary run(RunProgress progress) {
        store.requireWritable();
        RunOptions options = plan.options();
        SparkContext context = spark.sparkContext();
        boolean onCluster = !context.isLocal() && plan.backend().isOnCards();
        List<UnitAssignment> placed = onCluster
                ? FpgaResources.awaitExecutors(context, plan.assignments(), options.strictHosts())
                : plan.assignments();
        int repeats = plan.experiment().redundant();
        Instant startedAt = Instant.now();
        String id = options.resumed().map(StoredRun::runId).orElseGet(() -> newRunId(startedAt));
        try (progress;
                RunLock held = lock(id)) {
            RemainingWork remaining = options.resumed().isPresent()
                    ? RemainingWork.stored(store, id, placed, repeats, options.partitionsPerUnit())
                    : RemainingWork.all(placed, startedAt, repeats);
            int units = remaining.units();
            RunRecord start = new RunRecord(
                    identity,
                    new RunRecord.Environment(
                            context.master(), plan.backend().key(), units, context.version(), BuildInfo.current()),
                    remaining.past().startedAt(),
                    plan.gridsPerRepeat() * repeats,
                    remaining.done(),
                    Optional.empty());
            RunJournal journal = new RunJournal(store, id, start, remaining.past(), remaining.done());
            if (options.resumed().isPresent()) {
                journal.event(EventRecord.ofRun(
                        EventRecord.Kind.RESUMED,
                        "%d of %d grids are done".formatted(remaining.done(), start.gridsExpected())));
            } else {
                writeStart(id, start);
            }
            progress.start(id, remaining.left(), units);
            compute(id, remaining, settings(id, placed), journal, progress);
            boolean complete = journal.gridsDone() == start.gridsExpected();
            end(journal, complete ? RunRecord.Status.COMPLETE : RunRecord.Status.PARTIAL, journal.gridsDone());
            clear(id);
            return new RunSummary(
                    id,
                    store.folder().toString(),
                    start.gridsExpected(),
                    remaining.done(),
                    RunSummary.Work.of(units, journal.reports()),
                    journal.seconds());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the row of the start. Where it can't be written there is no run, and nothing must be left of one. */
    private void writeStart(String id, RunRecord start) throws IOException {
        boolean written = false;
        try {
            store.append(ResultTable.RUNS, id, List.of(start.toRow()));
            written = true;
        } finally {
            if (!written) {
                store.clear(id);
            }
        }
    }

    private RunLock lock(String id) throws IOException {
        return store.lock(id, () -> {
            lost = true;
            synchronized (this) {
                if (dispatch != null) {
                    dispatch.stop();
                }
            }
            LOGGER.error("Another process has taken run {} over; this one ends its work", id);
            spark.sparkContext().cancelJobGroup(id);
        });
    }

    private TaskSettings settings(String id, List<UnitAssignment> placed) {
        List<UnitAddress> addresses = placed.stream()
                .map(UnitAssignment::address)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return new TaskSettings(
                plan.experiment().dataKind(),
                plan.startModel(),
                plan.options().policy().limits(),
                addresses,
                plan.options().strictHosts(),
                store.stopRequest(id));
    }

    /** Computes what remains. If that fails, the end of the run is written before the failure is thrown. */
    private void compute(
            String id, RemainingWork remaining, TaskSettings settings, RunJournal journal, RunProgress progress) {
        SparkContext context = spark.sparkContext();
        LongAccumulator gridsDone = context.longAccumulator("grids done");
        GridJobs jobs = new GridJobs(spark, store, id, plan, settings, gridsDone);
        // Not all cores of a cluster may be there yet.
        int cores = context.isLocal() ? context.defaultParallelism() : Integer.MAX_VALUE;
        JobQueue queue =
                new JobQueue(plan.backend(), plan.options().policy(), cores, remaining.nextPartition(), journal::event);
        try (GridDispatch grids = new GridDispatch(queue, jobs, journal::committed)) {
            RunListener listener =
                    new RunListener(id, gridsDone.id(), progress::done, grids::taskEnded, journal::event);
            context.addSparkListener(listener);
            try {
                begin(id, grids);
                for (int repeat = 0; repeat < remaining.partitions().size() && !grids.isStopping(); repeat++) {
                    grids.run(repeat, remaining.partitions().get(repeat));
                }
                if (!grids.isStopping()) {
                    listener.finished(remaining.left());
                }
            } finally {
                dispatchEnded();
                context.removeSparkListener(listener);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            broken(id, journal, e);
        }
        requireOwn(id);
    }

    private void clear(String id) {
        try {
            store.clear(id);
        } catch (IOException e) {
            LOGGER.warn("What jobs have left can't be removed: {}", Messages.cause(e));
        }
    }

    /** Writes the end of a run that has failed, unless it is another process's by now, and throws the failure. */
    private void broken(String id, RunJournal journal, Throwable failure) {
        try {
            // A job that is still under way must not commit after the end.
            spark.sparkContext().cancelJobGroup(id);
        } catch (RuntimeException second) {
            // Spark itself may have ended, which is then the failure.
            failure.addSuppressed(second);
        }
        requireOwn(id);
        try {
            end(journal, RunRecord.Status.FAILED, gridsDone(id, journal));
            store.clear(id);
        } catch (IOException | RuntimeException second) {
            failure.addSuppressed(second);
        }
        throw failure instanceof RunFailedException failed ? failed : new RunFailedException(failure);
    }

    /** The run ends without touching anything if another process has taken it over: folder and tables are that one's. */
    private void requireOwn(String id) {
        if (lost) {
            throw new RunFailedException(new Problem(
                    ErrorCode.RUN_IN_USE, "run " + id + ": another process has taken it over", "wait for its end"));
        }
    }

    /** Counts the grids of a broken run: a job that failed at its commit may have left some rows. */
    private long gridsDone(String id, RunJournal journal) {
        try {
            return store.gridsDone(id);
        } catch (RuntimeException e) {
            // Tasks that were killed may still be removing their files. The row of the end matters more.
            LOGGER.warn("Grids that are done can't be counted: {}", Messages.cause(e));
            return journal.gridsDone();
        }
    }

    /** From here on the run can be asked to stop. */
    private synchronized void begin(String id, GridDispatch grids) {
        runId = id;
        dispatch = grids;
        if (stopReason != null) {
            grids.stop();
        }
    }

    private synchronized void dispatchEnded() {
        dispatch = null;
    }

    private void end(RunJournal journal, RunRecord.Status status, long gridsDone) {
        synchronized (this) {
            if (stopReason != null) {
                journal.event(EventRecord.ofRun(EventRecord.Kind.STOPPED, stopReason));
            }
        }
        SparkContext context = spark.sparkContext();
        // What Spark's pages call these jobs.
        context.setJobDescription(plan.experiment().name() + ": rows of units and run");
        try {
            journal.end(status, gridsDone);
        } finally {
            context.setJobDescription(null);
        }
    }

    private static String newRunId(Instant startedAt) {
        // Runs that start in the same second must still differ.
        return RUN_ID_TIME.format(startedAt)
                + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
    }
}
