package io.octospark.cli;

import io.octospark.cli.options.ExitCode;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.UriPasswords;
import io.octospark.model.DataKind;
import io.octospark.spark.PressureGrids;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        description = "Computes the data that an experiment's survey would measure of its models, with optional noise."
                + " Writes a data set of kind pressure.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
    private static final double MAX_NOISE = 1e6;

    @Option(
            names = "--experiment",
            required = true,
            paramLabel = "FILE",
            description = "Configuration of the experiment, for example conf/notebook.json.")
    private Path file;

    @Option(names = "--data", paramLabel = "PATH", description = "Data set of models. Default: the experiment's.")
    private Optional<String> data;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "File to write. Its ending sets the format: .npy or .parquet.")
    private String out;

    @Option(
            names = "--noise",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Root mean square of the white noise, relative to that of the data; 0.05 is 5 %%."
                    + " Default: ${DEFAULT-VALUE}.")
    private double noise;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the noise. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--master", paramLabel = "URL", description = "Spark's master. Default: local[*].")
    private Optional<String> master;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!(noise >= 0 && noise <= MAX_NOISE)) {
            throw new ParameterException(
                    spec.commandLine(), "--noise = " + noise + ": must be from 0 to 1e6; correct the value");
        }
        UriPasswords.requireNone("--out", out);
        if (!out.endsWith(".npy") && !out.endsWith(".parquet")) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_FORMAT,
                    "--out = " + out + ": unknown format of measured data",
                    "end the name in .npy or .parquet");
        }
        Experiment experiment = ExperimentReader.read(file, data);
        experiment.notices().forEach(spec.commandLine().getErr()::println);
        if (experiment.dataKind() == DataKind.PRESSURE) {
            throw new InvalidInputException(
                    ErrorCode.DATA_KIND,
                    file + ": data_kind = pressure: measured data are there already",
                    "name an experiment with models");
        }
        try (SparkSession spark = SparkSessions.open(experiment.name(), master)) {
            long grids = PressureGrids.write(spark, experiment, noise, seed, out);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: %d grids of %d measurements, pressure%n",
                            out, grids, experiment.problem().survey().measurements());
        }
        return ExitCode.DONE;
    }
}
