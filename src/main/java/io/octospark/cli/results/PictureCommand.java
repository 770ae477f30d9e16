package io.octospark.cli.results;

import io.octospark.cli.options.ExitCode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.report.OutputFile;
import io.octospark.report.Pictures;
import io.octospark.report.Quantity;
import io.octospark.results.ResultStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "picture",
        description = "Draws a grid: model, reconstruction, difference and residual curve.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class PictureCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN", description = "Id of the run.")
    private String run;

    @Parameters(index = "1", paramLabel = "GRID", description = "Number of the grid, from 0.")
    private long grid;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
    private Path out;

    @Option(
            names = "--format",
            description = "Image format: ${COMPLETION-CANDIDATES}. Default: by the ending of the file's name.")
    private Optional<Pictures.Format> format;

    @Option(
            names = "--quantity",
            defaultValue = "velocity",
            description = "Quantity to draw: ${COMPLETION-CANDIDATES}. Velocity is in m/s. Default: ${DEFAULT-VALUE}.")
    private Quantity quantity;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "0",
            description = "Repeat of the run, from 0. Default: ${DEFAULT-VALUE}.")
    private int repeat;

    @Mixin
    private ResultsOptions results;

    @Override
    public Integer call() throws IOException {
        Pictures.Format chosen = format.orElseGet(this::formatOfName);
        OutputFile file = new OutputFile(out, "");
        try (SparkSession spark = results.session()) {
            ResultStore store = results.storeWithViews(spark);
            byte[] picture = new Pictures(spark, store).of(run, grid, repeat, quantity, chosen);
            file.write(picture);
            results.out().printf("%s: grid %d of run %s, %d bytes%n", out, grid, run, picture.length);
        }
        return ExitCode.DONE;
    }

    private Pictures.Format formatOfName() {
        String name = out.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            return Pictures.Format.PNG;
        }
        if (name.endsWith(".svg")) {
            return Pictures.Format.SVG;
        }
        throw new InvalidInputException(
                ErrorCode.OUTPUT_FORMAT,
                "--out = " + out + ": unknown format",
                "end the name in .png or .svg, or give --format");
    }
}
