package io.octospark;

import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorChoice;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.data.GridFile;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataKind;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunFailedException;
import io.octospark.run.RunOptions;
import io.octospark.run.RunPlan;
import io.octospark.run.RunProgress;
import io.octospark.spark.DataSets;
import io.octospark.spark.OperatorMemory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs experiments inside another Spark application, on its own session.
 *
 * <pre>{@code
 * OctoSpark.Run run = OctoSpark.on(spark)
 *         .experiment(Path.of("conf/notebook.json"))
 *         .results("results")
 *         .run();
 * run.grids().groupBy("status").count().show();
 * }</pre>
 *
 * <p>This class is OctoSpark's public interface: its methods keep their meaning from version to version. All other classes are
 * internal. The session's JVMs need {@code --add-modules jdk.incubator.vector} for the full speed of CPU cores. For one thread.
 */
public final class OctoSpark {
    private final SparkSession spark;

    private OctoSpark(SparkSession spark) {
        this.spark = spark;
    }

    /** Uses a session, which stays the caller's. */
    public static OctoSpark on(SparkSession spark) {
        return new OctoSpark(spark);
    }

    /**
     * Reads and checks an experiment.
     *
     * @param file its JSON file, as docs/configuration.md describes it
     * @throws InvalidInputException if the file has errors; it lists all of them
     */
    public Job experiment(Path file) {
        return new Job(spark, ExperimentReader.read(file, Optional.empty()));
    }

    /** An experiment and how it is to be run. */
    public static final class Job {
        private enum Units {
            CORES,
            EMULATED_CARDS,
            CARDS
        }

        /** A unit is given up after so many failures, as on the command line. */
        private static final int FAILURES_OF_A_UNIT = 2;

        private final SparkSession spark;
        private final Experiment experiment;
        private String results = "results";
        private OptionalLong grids = OptionalLong.empty();
        private int units;
        private Units kind = Units.CORES;

        private Job(SparkSession spark, Experiment experiment) {
            this.spark = spark;
            this.experiment = experiment;
        }

        /** Writes into this folder, any path that Hadoop can open. Default: {@code results} in the working folder. */
        public Job results(String folder) {
            results = folder;
            return this;
        }

        /** Takes only the first grids and splits them evenly over the units. Default: all grids. */
        public Job grids(long count) {
            requirePositive("grids", count);
            grids = OptionalLong.of(count);
            return this;
        }

        /** Uses so many equal units in place of the experiment's kernels. */
        public Job units(int count) {
            requirePositive("units", count);
            units = count;
            return this;
        }

        private static void requirePositive(String name, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " = " + value + ": must be 1 or more; correct the value");
            }
        }

        /** Uses FPGA cards. On a cluster the application needs the settings of docs/clusters.md. Default: CPU cores. */
        public Job cards() {
            kind = Units.CARDS;
            return this;
        }

        /** Uses emulated cards, which compute with the kernels' sources on the CPU. Default: CPU cores. */
        public Job emulatedCards() {
            kind = Units.EMULATED_CARDS;
            return this;
        }

        /**
         * Runs the experiment and returns when all grids are done or have failed. A failed grid does not stop the others.
         *
         * @throws InvalidInputException if data, units, memory or results folder do not fit; nothing was written
         * @throws RunFailedException if the run fails after it has begun; {@code octospark run --resume} continues it
         */
        public Run run() {
            GridFile data = DataSets.open(spark, experiment);
            RunOptions.Builder options = RunOptions.on(backend(data))
                    .results(results)
                    .onThisHost(spark.sparkContext().isLocal());
            grids.ifPresent(options::grids);
            if (units > 0) {
                options.units(units);
            }
            RunPlan plan = RunPlan.of(spark, experiment, options.build(), data);
            String id =
                    ReconstructionJob.of(spark, plan).run(RunProgress.SILENT).runId();
            return new Run(id, new ResultStore(spark, results));
        }

        private Backend backend(GridFile data) {
            return switch (kind) {
                case CARDS -> XrtBackend.ofHost(experiment.accelerator()).quarantineAfter(FAILURES_OF_A_UNIT);
                case EMULATED_CARDS ->
                    XrtBackend.emulated(experiment.accelerator()).quarantineAfter(FAILURES_OF_A_UNIT);
                case CORES -> cores(data);
            };
        }

        /** CPU cores with the form of the operator that is expected to be done first. */
        private Backend cores(GridFile data) {
            SparkContext context = spark.sparkContext();
            long all = grids.orElse(Math.multiplyExact(data.grids(), (long) experiment.replicate()));
            int cores = units > 0 ? units : context.defaultParallelism();
            OperatorChoice choice = OperatorChoice.forCores(
                    experiment.precision(),
                    experiment.problems().distinct().toList(),
                    experiment.dataKind() == DataKind.PRESSURE,
                    (long) Math.ceil((double) all * experiment.redundant() / cores),
                    OperatorMemory.of(context));
            return new CpuBackend(experiment.precision(), choice.form());
        }
    }

    /** A run that has ended, and its rows in the result tables, whose columns docs/results.md describes. */
    public static final class Run {
        private final String id;
        private final ResultStore store;

        private Run(String id, ResultStore store) {
            this.id = id;
            this.store = store;
        }

        /** Returns the run's id, as the column {@code run_id} has it. */
        public String id() {
            return id;
        }

        /** Returns the reconstructed grids, one row each. */
        public Dataset<Row> grids() {
            return store.rows(ResultTable.GRIDS, id);
        }

        /** Returns the work of the compute units, one row for each task that succeeded. */
        public Dataset<Row> units() {
            return store.rows(ResultTable.UNITS, id);
        }

        /** Returns the run itself: a row for its start, and a row for its end. */
        public Dataset<Row> runs() {
            return store.rows(ResultTable.RUNS, id);
        }
    }
}
