package io.octospark.cli.results;

import io.octospark.cli.options.ExitCode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.results.octoray.OctoRayFile;
import io.octospark.results.octoray.OctoRayResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description =
                "Writes the times of runs in OctoRay's text format, one file NODES_POINTS_CUS.txt for all runs of one size."
                        + " POINTS and CUS are the grid points and compute units of one node.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ExportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids of the runs.")
    private List<String> runIds;

    @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Folder to write the files to.")
    private Path folder;

    @Mixin
    private ResultsOptions results;

    @Override
    public Integer call() throws IOException {
        try (SparkSession spark = results.session()) {
            List<OctoRayFile> files = new OctoRayResults(results.store(spark)).files(runIds);
            // All files are checked before the first is written.
            for (OctoRayFile file : files) {
                if (Files.exists(folder.resolve(file.fileName()))) {
                    throw new InvalidInputException(
                            ErrorCode.FILE_EXISTS,
                            folder.resolve(file.fileName()) + ": exists already and is not overwritten",
                            "choose another folder or remove it");
                }
            }
            write(files);
        }
        return ExitCode.DONE;
    }

    private void write(List<OctoRayFile> files) {
        try {
            Files.createDirectories(folder);
            for (OctoRayFile file : files) {
                results.out().println(Files.writeString(folder.resolve(file.fileName()), file.text()));
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE,
                    "--out = " + folder + ": can't be written: " + e.getClass().getSimpleName() + " "
                            + Messages.cause(e),
                    "name a folder that can be made");
        }
    }
}
