package io.octospark.run;

import io.octospark.compute.Backend;
import io.octospark.compute.UnitAddress;
import io.octospark.config.Experiment;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.error.Problem;
import io.octospark.placement.RunPlacement;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.BuildInfo;
import io.octospark.results.EventRecord;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunLock;
import io.octospark.results.RunRecord;
import io.octospark.results.StoredRun;
import io.octospark.spark.GridSource;
import io.octospark.spark.OperatorMemory;
import io.octospark.spark.StartModel;
import io.octospark.spark.UnitReport;
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
import java.util.function.Supplier;
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
 * RunOptions options = new RunOptions(cores, "results", Optional.empty(), Optional.empty(), 1, false, true);
 * RunSummary summary = new ReconstructionJob(spark, experiment, options).run(progress);
 * }</pre>
 */
public final class ReconstructionJob {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReconstructionJob.class);

    private static final DateTimeFormatter RUN_ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final SparkSession spark;
    private final Experiment experiment;
    private final RunOptions options;
    private final GridSource source;
    private final StartModel startModel;
    private final List<UnitAssignment> assignments;
    private final RunRecord.Identity identity;
    private final ResultStore store;

    // Of the run under way, if there is one.
    private GridDispatch dispatch;
    private String runId;
    private String stopReason;

    /** Whether another process has taken the run over, which must be left to it as it is. */
    private volatile boolean lost;

    /**
     * Checks all that can be known before the run: data set, placement, memory, and that a run which is to be resumed was of
     * the same configuration and data. Nothing is written.
     *
     * @throws InvalidInputException if something does not fit
     */
    public ReconstructionJob(SparkSession spark, Experiment experiment, RunOptions options) {
        this(spark, experiment, () -> GridSource.open(spark, experiment), options);
    }

    /**
     * The same with a data set that is open.
     *
     * @param source the experiment's data set
     */
    public ReconstructionJob(SparkSession spark, Experiment experiment, GridSource source, RunOptions options) {
        this(spark, experiment, () -> source, options);
    }

    private ReconstructionJob(
            SparkSession spark, Experiment experiment, Supplier<GridSource> source, RunOptions options) {
        this.spark = spark;
        this.experiment = experiment;
        this.options = options;
        OperatorMemory.check(spark.sparkContext(), experiment, options.backend());
        options.policy().fallback().ifPresent(cores -> OperatorMemory.check(spark.sparkContext(), experiment, cores));
        this.source = source.get();
        startModel = StartModel.read(spark, experiment);
        assignments = place();
        identity = RunIdentity.of(experiment, options, spark.sparkContext().hadoopConfiguration());
        options.resumed().ifPresent(run -> RunIdentity.check(run, identity, experiment, gridsPerRepeat()));
        store = new ResultStore(spark, options.results());
    }

    /** Which unit is to have which grids, a line for each partition. */
    public List<UnitAssignment> assignments() {
        return assignments;
    }

    /** Whether the units are on this host. */
    public boolean onThisHost() {
        return options.onThisHost();
    }

    /** What the units are. */
    public Backend backend() {
        return options.backend();
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
        SparkContext context = spark.sparkContext();
        boolean onCluster = !context.isLocal() && backend().isOnCards();
        List<UnitAssignment> placed =
                onCluster ? FpgaResources.awaitExecutors(context, assignments, options.strictHosts()) : assignments;
        Instant startedAt = Instant.now();
        String id = options.resumed().map(StoredRun::runId).orElseGet(() -> newRunId(startedAt));
        try (progress;
                RunLock held = lock(id)) {
            RunRests rests = options.resumed().isPresent()
                    ? RunRests.ofStored(store, id, placed, experiment.redundant(), options.partitionsPerUnit())
                    : RunRests.ofAll(placed, startedAt, experiment.redundant());
            int units = rests.units();
            RunRecord start = new RunRecord(
                    identity,
                    new RunRecord.Environment(
                            context.master(), backend().key(), units, context.version(), BuildInfo.current()),
                    rests.past().startedAt(),
                    gridsPerRepeat() * experiment.redundant(),
                    rests.done(),
                    Optional.empty());
            RunJournal journal = new RunJournal(store, id, start, rests.past(), rests.done());
            if (options.resumed().isPresent()) {
                journal.event(EventRecord.ofRun(
                        EventRecord.Kind.RESUMED,
                        "%d of %d grids are done".formatted(rests.done(), start.gridsExpected())));
            } else {
                writeStart(id, start);
            }
            progress.start(id, rests.left(), units);
            List<UnitAddress> addresses = placed.stream()
                    .map(UnitAssignment::address)
                    .filter(Objects::nonNull)
                    .distinct()
                    .toList();
            compute(id, rests, addresses, journal, start, progress);
            List<UnitReport> reports = journal.reports();
            return RunSummary.of(
                    id,
                    store.folder().toString(),
                    units,
                    start.gridsExpected(),
                    rests.done(),
                    journal.seconds(),
                    reports);
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

    private void compute(
            String id,
            RunRests rests,
            List<UnitAddress> addresses,
            RunJournal journal,
            RunRecord start,
            RunProgress progress) {
        SparkContext context = spark.sparkContext();
        LongAccumulator gridsDone = context.longAccumulator("grids done");
        GridJobs jobs = new GridJobs(
                spark, store, id, experiment, source, startModel, options, addresses, rests.units(), gridsDone);
        GridProgressListener counter = new GridProgressListener(gridsDone.id(), progress::done);
        // Of a cluster's cores not all may have come yet.
        int cores = context.isLocal() ? context.defaultParallelism() : Integer.MAX_VALUE;
        JobQueue queue = new JobQueue(backend(), options.policy(), cores, rests.nextPartition(), journal::event);
        try (GridDispatch grids = new GridDispatch(queue, jobs, journal::committed)) {
            TaskListener tasks = new TaskListener(id, grids::taskEnded, journal::event);
            context.addSparkListener(counter);
            context.addSparkListener(tasks);
            try {
                begin(id, grids);
                for (int repeat = 0; repeat < experiment.redundant() && !grids.isStopping(); repeat++) {
                    grids.run(repeat, rests.ofRepeat(repeat));
                }
                if (!grids.isStopping()) {
                    counter.finished(rests.left());
                }
            } finally {
                dispatchEnded();
                context.removeSparkListener(tasks);
                context.removeSparkListener(counter);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            broken(id, journal, e);
        }
        requireOwn(id);
        boolean complete = journal.gridsDone() == start.gridsExpected();
        end(journal, complete ? RunRecord.Status.COMPLETE : RunRecord.Status.PARTIAL, journal.gridsDone());
        try {
            store.clear(id);
        } catch (IOException e) {
            LOGGER.warn("What jobs have left can't be removed: {}", Messages.cause(e));
        }
    }

    /** Writes the end of a run that has failed, unless it is another process's by now, and throws the failure. */
    private void broken(String id, RunJournal journal, Throwable failure) {
        // A job that is still under way must not commit after the end.
        spark.sparkContext().cancelJobGroup(id);
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

    /** Of a run that has broken: of a job that failed at its commit some rows may be there. */
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
        context.setJobDescription(experiment.name() + ": rows of units and run");
        try {
            journal.end(status, gridsDone);
        } finally {
            context.setJobDescription(null);
        }
    }

    private long gridsPerRepeat() {
        return assignments.stream().mapToLong(UnitAssignment::grids).sum();
    }

    private List<UnitAssignment> place() {
        long available = Math.multiplyExact(source.grids(), (long) experiment.replicate());
        long grids = options.grids().orElse(available);
        if (grids > available) {
            throw new InvalidInputException(
                    ErrorCode.TOO_FEW_GRIDS,
                    "--grids = %d: the data set has %d grids (%d x replicate %d)"
                            .formatted(grids, available, source.grids(), experiment.replicate()),
                    "ask for fewer or raise replicate in the experiment");
        }
        SparkContext context = spark.sparkContext();
        return RunPlacement.place(
                experiment,
                backend(),
                new RunPlacement.Demand(
                        grids, options.grids().isPresent(), options.units(), options.partitionsPerUnit()),
                new RunPlacement.Hosts(context.defaultParallelism(), options.onThisHost()));
    }

    private static String newRunId(Instant startedAt) {
        // Runs that start in the same second must still differ.
        return RUN_ID_TIME.format(startedAt)
                + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
    }
}
