package io.octospark.cli;

import io.octospark.model.Counts;
import io.octospark.model.experiment.Experiment;
import io.octospark.spark.RunSummary;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Runs an experiment and writes its results to the tables.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    @Mixin
    private ExperimentOptions options;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Experiment experiment = options.read();
        try (SparkSession spark = options.session(experiment, common.master())) {
            options.requireMaster(spark);
            SparkSessions.pages(spark).ifPresent(spec.commandLine().getErr()::println);
            RunSummary summary =
                    options.job(spark, experiment, common.results()).run(ProgressDisplay.onStandardError());
            print(summary);
            return summary.failed() == 0 ? ExitCode.DONE : ExitCode.SOME_GRIDS_FAILED;
        }
    }

    private void print(RunSummary summary) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("run         %s on %s%n", summary.runId(), Counts.of(summary.units(), "unit"));
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
