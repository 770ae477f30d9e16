package io.octospark.cli.results;

import io.octospark.cli.options.ExitCode;
import io.octospark.report.OutputFile;
import io.octospark.report.Report;
import io.octospark.results.ResultStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = "Makes a report on runs: one HTML file with charts, pictures of grids and a comparison.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ReportCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "RUN",
            description = "Ids of the runs. The report compares the others with the first. Default: the latest run.")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write; an earlier report of this name is replaced."
                    + " Default: report-RUN.html, with the id of the first run.")
    private Optional<Path> out;

    @Mixin
    private ResultsOptions results;

    @Override
    public Integer call() throws IOException {
        // A bad path is reported before anything is read.
        out.ifPresent(ReportCommand::file);
        try (SparkSession spark = results.session()) {
            ResultStore store = results.store(spark);
            List<String> notices = store.createViews();
            notices.forEach(results.err()::println);
            Report report = new Report(spark, store, notices);
            List<String> chosen = report.runs(runs);
            OutputFile file = file(out.orElseGet(() -> Path.of(fileName(chosen.get(0)))));
            byte[] page = report.page(chosen);
            file.write(page);
            results.out().printf("%s: %s, %d bytes%n", file.path(), String.join(", ", chosen), page.length);
        }
        return ExitCode.DONE;
    }

    /** Returns the default file name; the id of a run from another folder may contain any character. */
    static String fileName(String run) {
        return "report-" + run.replaceAll("[^A-Za-z0-9._-]", "_") + ".html";
    }

    private static OutputFile file(Path path) {
        return new OutputFile(path, Report.MARK);
    }
}
