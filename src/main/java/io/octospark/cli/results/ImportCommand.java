package io.octospark.cli.results;

import io.octospark.cli.options.ExitCode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.results.octoray.OctoRayFile;
import io.octospark.results.octoray.OctoRayResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description =
                "Adds OctoRay's result files, NODES_POINTS_CUS.txt, to the tables: one run with backend octoray for each"
                        + " repeat. Prints the ids of the runs.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ImportCommand implements Callable<Integer> {
    private static final long MAX_CELLS = 10_000_000_000L;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files to import.")
    private List<Path> files;

    @Option(
            names = "--cells",
            paramLabel = "N",
            required = true,
            description = "Grid points of one grid, for example 100 for 10 x 10. The files do not contain this number.")
    private long cells;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            defaultValue = "octoray",
            description = "Experiment of the runs, and the start of their ids. Default: ${DEFAULT-VALUE}.")
    private String experiment;

    @Mixin
    private ResultsOptions results;

    @Override
    public Integer call() throws IOException {
        if (cells < 1 || cells > MAX_CELLS) {
            throw new InvalidInputException(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    "--cells = %d: must be from 1 to %d".formatted(cells, MAX_CELLS),
                    "correct the value");
        }
        if (!experiment.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new InvalidInputException(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    "--experiment = " + experiment
                            + ": must be of letters, digits, dots, dashes and underscores, it is part of folder names",
                    "correct it");
        }
        // Faulty files are reported before Spark starts.
        List<OctoRayFile> read = files.stream().map(OctoRayFile::read).toList();
        try (SparkSession spark = results.session()) {
            new OctoRayResults(results.store(spark))
                    .add(read, experiment, cells)
                    .forEach(results.out()::println);
        }
        return ExitCode.DONE;
    }
}
