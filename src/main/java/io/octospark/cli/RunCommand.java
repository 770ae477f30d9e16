package io.octospark.cli;

import io.octospark.cli.options.CommonOptions;
import io.octospark.cli.options.EarlyEnd;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.ExperimentOptions;
import io.octospark.cli.options.FaultOptions;
import io.octospark.cli.options.OptionRange;
import io.octospark.cli.options.ProgressDisplay;
import io.octospark.config.Experiment;
import io.octospark.error.Messages;
import io.octospark.results.StoredRun;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunSummary;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Runs an experiment and writes its results to the tables.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 10_000_000;

    @Mixin
    private ExperimentOptions options;

    @Option(
            names = "--resume",
            paramLabel = "RUN_ID",
            description =
                    "Resume the run RUN_ID that stopped early: compute the grids that it has not done. Experiment, data,"
                            + " backend and operator are taken from that run unless they are given.")
    private Optional<String> resume;

    @Mixin
    private FaultOptions faults;

    @Option(
            names = "--run-deadline",
            paramLabel = "SECONDS",
            description =
                    "Stop the run after this time in seconds, as Ctrl-C does: grids in flight finish and are committed."
                            + " Default: no limit.")
    private Optional<Integer> runDeadline;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        faults.check();
        OptionRange.require(spec, "--run-deadline", runDeadline.orElse(1), MAX_SECONDS);
        Optional<StoredRun> resumed =
                resume.map(runId -> StoredRun.read(common.results(), runId, SparkSessions.hadoopConfiguration()));
        Experiment experiment = options.read(resumed);
        try (SparkSession spark = options.session(experiment, common.master(), faults)) {
            options.requireMaster(spark);
            SparkSessions.pages(spark).ifPresent(spec.commandLine().getErr()::println);
            return run(ReconstructionJob.of(spark, options.plan(spark, experiment, common.results(), faults, resumed)));
        }
    }

    private int run(ReconstructionJob job) {
        try (EarlyEnd end = new EarlyEnd(
                job, runDeadline.map(Duration::ofSeconds), spec.commandLine().getErr())) {
            RunSummary summary = job.run(ProgressDisplay.onStandardError());
            print(summary);
            if (summary.left() > summary.failed() && end.exitCode().isPresent()) {
                return end.exitCode().getAsInt();
            }
            return summary.left() == 0 ? ExitCode.DONE : ExitCode.SOME_GRIDS_FAILED;
        } catch (Exception e) {
            // Includes Spark's checked exceptions, which Spark does not declare.
            job.startedRun().ifPresent(this::printResume);
            throw e;
        }
    }

    private void printResume(String runId) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                "run %s has ended early; what it has done is kept. When the cause is mended: octospark run --results %s --resume %s%n",
                runId, common.results(), runId);
        err.flush();
    }

    private void print(RunSummary summary) {
        PrintWriter out = spec.commandLine().getOut();
        RunSummary.Seconds seconds = summary.work().seconds();
        out.printf("run         %s on %s%n", summary.runId(), Messages.count(summary.units(), "unit"));
        out.printf(
                "grids       %d, %d converged, %d failed%s%n",
                summary.grids(),
                summary.work().converged(),
                summary.failed(),
                resume.isEmpty() ? "" : "; %d of %d were done before".formatted(summary.before(), summary.expected()));
        out.printf(
                "iterations  %d, %.1f per grid%n",
                summary.work().iterations(), (double) summary.work().iterations() / Math.max(1, summary.grids()));
        out.printf(
                "unit time   dot %.3f s, upd %.3f s, host %.3f s, total %.3f s%n",
                seconds.dot(), seconds.upd(), seconds.host(), seconds.total());
        out.printf("wall time   %.3f s%n", summary.wallSeconds());
        out.printf("tables      %s%n", summary.results());
        if (summary.failed() > 0) {
            out.printf(
                    "failures    octospark sql --results %s \"SELECT grid_id, error FROM grids WHERE run_id = '%s' AND status = 'failed'\"%n",
                    common.results(), summary.runId());
        }
        long notTried = summary.left() - summary.failed();
        if (notTried > 0) {
            out.printf(
                    "left        %s: octospark run --results %s --resume %s%n",
                    Messages.count(notTried, "grid"), common.results(), summary.runId());
        }
        out.flush();
    }
}
