package io.octospark.cli;

import io.octospark.model.experiment.Experiment;
import io.octospark.model.experiment.ExperimentReader;
import io.octospark.spark.ReconstructionJob;
import io.octospark.spark.RunOptions;
import io.octospark.spark.RunSummary;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Runs an experiment and writes its results to the tables.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    private static final int MAX_UNITS = 10_000;

    /** What compute units are to be. */
    private enum Backend {
        CPU,
        AUTO
    }

    @Option(
            names = "--experiment",
            required = true,
            paramLabel = "FILE",
            description = "Configuration of the experiment, such as conf/notebook.json.")
    private Path experimentFile;

    @Option(names = "--data", paramLabel = "PATH", description = "Data set, in place of the experiment's.")
    private Optional<String> data;

    @Option(
            names = "--grids",
            paramLabel = "N",
            description = "Take the first N grids only and split them evenly over the units.")
    private Optional<Long> grids;

    @Option(
            names = "--units",
            paramLabel = "N",
            description = "Use N equal units in place of the experiment's kernels."
                    + " Without either there is one unit per core.")
    private Optional<Integer> units;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "cpu",
            description = "What the compute units are: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Backend backend;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        require("--grids", grids.orElse(1L), Long.MAX_VALUE);
        require("--units", units.orElse(1), MAX_UNITS);
        PrintWriter err = spec.commandLine().getErr();
        if (backend == Backend.AUTO) {
            err.println("backend: cpu, the only one in this version");
        }
        Experiment experiment = ExperimentReader.read(experimentFile, data);
        experiment.notices().forEach(err::println);
        try (SparkSession spark = SparkSessions.open(experiment.name(), common.master())) {
            RunOptions options = new RunOptions(common.results(), grids, units);
            RunSummary summary =
                    new ReconstructionJob(spark, experiment, options).run(ProgressDisplay.onStandardError());
            print(summary);
            return summary.failed() == 0 ? ExitCode.DONE : ExitCode.SOME_GRIDS_FAILED;
        }
    }

    private void require(String option, long value, long max) {
        if (value < 1 || value > max) {
            String limit = max == Long.MAX_VALUE ? "1 or more" : "from 1 to " + max;
            throw new ParameterException(
                    spec.commandLine(), option + " = " + value + ": must be " + limit + "; correct the value");
        }
    }

    private void print(RunSummary summary) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("run         %s on %d units%n", summary.runId(), summary.units());
        out.printf("grids       %d, %d converged, %d failed%n", summary.grids(), summary.converged(), summary.failed());
        out.printf(
                "iterations  %d, %.1f per grid%n",
                summary.iterations(), (double) summary.iterations() / summary.grids());
        out.printf(
                "unit time   dot %.3f s, upd %.3f s, host %.3f s, total %.3f s%n",
                summary.dotSeconds(), summary.updSeconds(), summary.hostSeconds(), summary.unitSeconds());
        out.printf("wall time   %.3f s%n", summary.wallSeconds());
        out.printf("tables      %s%n", summary.results());
        if (summary.failed() > 0) {
            out.printf(
                    "failures    octospark sql --results %s \"SELECT grid_id, error FROM grids WHERE run_id = '%s' AND status = 'failed'\"%n",
                    common.results(), summary.runId());
        }
        out.flush();
    }
}
