package io.octospark.spark;

import io.octospark.cluster.RunPlacement;
import io.octospark.cluster.UnitAssignment;
import io.octospark.compute.Backend;
import io.octospark.compute.OperatorForm;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.model.Counts;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.InvalidInputException;
import io.octospark.model.Precision;
import io.octospark.model.experiment.Experiment;
import io.octospark.model.experiment.InversionProblem;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.MatrixOperator;
import io.octospark.results.BuildInfo;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

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
    /** Of the memory of an executor, what operators may fill. */
    private static final double OPERATOR_SHARE_OF_MEMORY = 0.6;

    private static final String EXECUTOR_MEMORY = "spark.executor.memory";

    private static final DateTimeFormatter RUN_ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final SparkSession spark;
    private final Experiment experiment;
    private final Backend backend;
    private final boolean onThisHost;
    private final boolean strictHosts;
    private final GridSource source;
    private final StartModel startModel;
    private final List<UnitAssignment> assignments;
    private final ResultStore store;

    /**
     * Checks all that can be known before the run: data set, placement, memory. Nothing is written.
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
        this.backend = options.backend();
        this.onThisHost = options.onThisHost();
        this.strictHosts = options.strictHosts();
        experiment.kernels().forEach(kernel -> checkMemory(kernel.problem()));
        checkMemory(experiment.problem());
        this.source = source.get();
        startModel = StartModel.read(spark, experiment);
        assignments = place(options);
        store = new ResultStore(spark, options.results());
    }

    /** Which unit is to have which grids, a line for each partition. */
    public List<UnitAssignment> assignments() {
        return assignments;
    }

    /** Whether the units are on this host. */
    public boolean onThisHost() {
        return onThisHost;
    }

    /** What the units are. */
    public Backend backend() {
        return backend;
    }

    /**
     * Runs the experiment. One grid that can't be inverted does not stop the others.
     *
     * @param progress told how far the run is
     * @throws InvalidInputException if the results folder can't be written
     */
    public RunSummary run(RunProgress progress) {
        store.requireWritable();
        SparkContext context = spark.sparkContext();
        boolean onCluster = !context.isLocal() && backend instanceof XrtBackend;
        List<UnitAssignment> partitions =
                onCluster ? FpgaResources.awaitExecutors(context, assignments, strictHosts) : assignments;
        int units = (int)
                partitions.stream().mapToInt(UnitAssignment::id).distinct().count();
        Instant startedAt = Instant.now();
        String runId = newRunId(startedAt);
        long gridsPerRepeat =
                assignments.stream().mapToLong(UnitAssignment::grids).sum();
        RunRecord start = new RunRecord(
                experiment.name(),
                RunRecord.Status.PARTIAL,
                startedAt,
                null,
                context.master(),
                backend.key(),
                null,
                units,
                gridsPerRepeat * experiment.redundant(),
                0,
                context.version(),
                BuildInfo.current(),
                experiment.json());
        store.append(ResultTable.RUNS, runId, List.of(start.toRow()));

        CollectionAccumulator<UnitReport> reports = new CollectionAccumulator<>();
        context.register(reports, "unit reports");
        LongAccumulator gridsDone = context.longAccumulator("grids done");
        GridProgressListener listener = new GridProgressListener(gridsDone.id(), progress::done);
        context.addSparkListener(listener);
        List<UnitReport> committed = List.of();
        try (progress) {
            progress.start(runId, gridsPerRepeat * experiment.redundant(), units);
            // The same for all repeats: one broadcast.
            JavaRDD<DataGrid> grids = source.partitioned(partitions).setName("grids");
            context.setLocalProperty(UnitTaskTimes.RUN, runId);
            for (int repeat = 0; repeat < experiment.redundant(); repeat++) {
                describe("%s: %s on %s, repeat %d of %d"
                        .formatted(
                                experiment.name(),
                                Counts.of(gridsPerRepeat, "grid"),
                                Counts.of(units, "unit"),
                                repeat + 1,
                                experiment.redundant()));
                ReconstructionTask task = new ReconstructionTask(
                        partitions,
                        strictHosts,
                        experiment.dataKind(),
                        startModel,
                        backend,
                        repeat,
                        gridsDone,
                        reports);
                JavaRDD<Row> rows = grids.mapPartitionsWithIndex(task, true).setName("reconstructions");
                store.append(ResultTable.GRIDS, runId, onCluster ? FpgaResources.onePerTask(rows, partitions) : rows);
                committed = List.copyOf(reports.value());
            }
            listener.finished(gridsPerRepeat * experiment.redundant());
        } catch (Throwable e) {
            // Throwable: Spark throws checked exceptions that Scala does not declare.
            try {
                end(runId, start, RunRecord.Status.FAILED, committed);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        } finally {
            context.setLocalProperty(UnitTaskTimes.RUN, null);
            context.removeSparkListener(listener);
            describe(null);
        }
        boolean complete = done(committed) == start.gridsExpected();
        end(runId, start, complete ? RunRecord.Status.COMPLETE : RunRecord.Status.PARTIAL, committed);
        describe(null);
        double wallSeconds = Duration.between(startedAt, Instant.now()).toNanos() / 1e9;
        return RunSummary.of(runId, store.folder().toString(), units, wallSeconds, committed);
    }

    /** What Spark's pages call the jobs that follow, and their stages; null for their place in the code. */
    private void describe(String work) {
        SparkContext context = spark.sparkContext();
        context.setJobDescription(work);
        if (work == null) {
            context.clearCallSite();
        } else {
            context.setCallSite(work);
        }
    }

    private void end(String runId, RunRecord start, RunRecord.Status status, List<UnitReport> reports) {
        describe(experiment.name() + ": rows of units and run");
        store.append(
                ResultTable.UNITS,
                runId,
                reports.stream().map(report -> report.unit().toRow()).toList());
        store.append(
                ResultTable.TIMINGS,
                runId,
                reports.stream()
                        .flatMap(report -> report.unit().timingRows().stream())
                        .toList());
        List<Row> samples = reports.stream()
                .flatMap(report -> report.unit().sampleRows(report.samples()).stream())
                .toList();
        if (!samples.isEmpty()) {
            store.append(ResultTable.DEVICE_SAMPLES, runId, samples);
        }
        int nodes = (int)
                reports.stream().map(report -> report.unit().host()).distinct().count();
        RunRecord end = start.ended(status, Instant.now(), nodes, done(reports));
        store.append(ResultTable.RUNS, runId, List.of(end.toRow()));
    }

    private static long done(List<UnitReport> reports) {
        return reports.stream()
                .mapToLong(report -> report.unit().grids() - report.failed())
                .sum();
    }

    private List<UnitAssignment> place(RunOptions options) {
        long available = Math.multiplyExact(source.grids(), (long) experiment.replicate());
        long grids = options.grids().orElse(available);
        if (grids > available) {
            throw new InvalidInputException(
                    "--grids = %d: the data set has %d grids (%d x replicate %d); ask for fewer or raise replicate in the experiment"
                            .formatted(grids, available, source.grids(), experiment.replicate()));
        }
        SparkContext context = spark.sparkContext();
        return RunPlacement.place(
                experiment,
                backend,
                new RunPlacement.Demand(
                        grids, options.grids().isPresent(), options.units(), options.partitionsPerUnit()),
                new RunPlacement.Hosts(context.defaultParallelism(), options.onThisHost()));
    }

    private void checkMemory(InversionProblem problem) {
        int cells = problem.grid().cells();
        OperatorForm form = backend.operator();
        boolean projects = form == OperatorForm.GRAM && experiment.dataKind() == DataKind.PRESSURE;
        long rows = form.rows(problem);
        String size = problem.isLinear() ? size(form, problem, projects) : sizeOfTotalFields(problem);
        boolean tooMany = rows > MatrixOperator.MAX_ENTRIES / cells
                || problem.survey().measurements() > MatrixOperator.MAX_ENTRIES;
        if (!form.isForCores() && tooMany) {
            throw new InvalidInputException("%s has more entries than the limit of %d; use fewer of either"
                    .formatted(size, MatrixOperator.MAX_ENTRIES));
        }
        SparkContext context = spark.sparkContext();
        int tasks = context.isLocal()
                ? context.defaultParallelism()
                : context.getConf().getInt("spark.executor.cores", 1);
        Precision copied = backend instanceof CpuBackend cpu ? cpu.precision() : Precision.FLOAT64;
        boolean onCards = backend instanceof XrtBackend;
        int gridsAtOnce = onCards ? tasks * experiment.accelerator().gridsInFlight() : tasks;
        // Of a grid's own operator the matrix is on the card alone.
        OperatorForm inMemory = onCards && !problem.isLinear() ? OperatorForm.FACTORED : form;
        long needed = inMemory.bytes(copied, problem, gridsAtOnce)
                + (projects ? FactoredOperator.bytes(problem.grid(), problem.survey()) : 0);
        if (needed > operatorMemory(context)) {
            throw new InvalidInputException("%s needs %d MiB, an executor has %d MiB; raise %s to %dm or more"
                    .formatted(
                            size,
                            needed >> 20,
                            executorMemory(context) >> 20,
                            context.isLocal() ? "spark.driver.memory" : EXECUTOR_MEMORY,
                            (needed >> 19) + 512));
        }
    }

    private static String size(OperatorForm form, InversionProblem problem, boolean projects) {
        int cells = problem.grid().cells();
        long rows = form.rows(problem);
        return switch (form) {
            case DENSE ->
                "fwi: the dense operator of %d measurements (nTotal * nReceivers * nSources) x %d cells"
                        .formatted(rows, cells);
            case GRAM ->
                "fwi: the normal operator of %d x %d cells%s"
                        .formatted(cells, cells, projects ? " with the fields of all receivers and sources" : "");
            case FACTORED -> "fwi: the factors of the operator of %d measurements x %d cells".formatted(rows, cells);
            case FOLDED, COMPRESSED ->
                "fwi: the %s operator of %d rows (of %d measurements) x %d cells"
                        .formatted(form, rows, problem.survey().measurements(), cells);
        };
    }

    private static String sizeOfTotalFields(InversionProblem problem) {
        return "fwi: the total fields of %d sources and %d receivers at %d frequencies x %d cells of all grids at work"
                .formatted(
                        problem.survey().sources().size(),
                        problem.survey().receivers().size(),
                        problem.operatorFrequencies(),
                        problem.grid().cells());
    }

    /** Of the memory of an executor, what operators may fill, in bytes. */
    public static long operatorMemory(SparkContext context) {
        return (long) (OPERATOR_SHARE_OF_MEMORY * executorMemory(context));
    }

    private static long executorMemory(SparkContext context) {
        return context.isLocal()
                ? Runtime.getRuntime().maxMemory()
                : context.getConf().getSizeAsBytes(EXECUTOR_MEMORY, "1g");
    }

    private static String newRunId(Instant startedAt) {
        // Runs that start in the same second must still differ.
        return RUN_ID_TIME.format(startedAt)
                + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
    }
}
