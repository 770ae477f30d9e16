package io.octospark.cli;

import io.octospark.compute.Backend;
import io.octospark.model.dataset.ModelGenerator;
import io.octospark.model.dataset.ModelKind;
import io.octospark.model.experiment.Experiment;
import io.octospark.spark.ReconstructionJob;
import io.octospark.spark.RunOptions;
import io.octospark.spark.RunSummary;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The runs that a measurement consists of, and where their rows and its table go. */
final class BenchRuns {
    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "Folder of the result tables. Default: ${DEFAULT-VALUE}.")
    private String results;

    @Mixin
    private FormatOption format;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Refuses a value that is not from 1 to {@code most}. */
    void require(String option, long value, long most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s = %d: must be from 1 to %d; correct the value".formatted(option, value, most));
        }
    }

    /** The models that are inverted, for the experiment's grid. */
    static ModelGenerator models(Experiment experiment) {
        return new ModelGenerator(
                ModelKind.SMOOTH,
                experiment.problem().grid(),
                experiment.problem().survey().backgroundVelocity(),
                ModelGenerator.DEFAULT_AMPLITUDE,
                1);
    }

    /** Runs the first grids of an experiment on units of this host; none of them may fail. */
    RunSummary run(SparkSession spark, Experiment experiment, Backend backend, long grids, int units) {
        RunOptions options = new RunOptions(backend, results, Optional.of(grids), Optional.of(units), 1, false, true);
        RunSummary summary = new ReconstructionJob(spark, experiment, options).run(ProgressDisplay.onStandardError());
        if (summary.failed() > 0) {
            throw new IllegalStateException(
                    "run " + summary.runId() + ": " + summary.failed() + " grids failed; the table grids says why");
        }
        return summary;
    }

    /** Prints what was measured. */
    void print(List<String> columns, List<List<Object>> rows) throws IOException {
        format.format().print(columns, rows, spec.commandLine().getOut());
    }
}
