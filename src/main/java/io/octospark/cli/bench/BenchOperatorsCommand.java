package io.octospark.cli.bench;

import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.TemporaryFolder;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the choice of the operator's form by expected times, see {@link OperatorBench}. */
@Command(
        name = "operators",
        description =
                "Measures on one cpu core what four forms of the operator take for four cases, each the best for one of"
                        + " them, beside what they are expected to take, by which the form is chosen. Prints seconds for the"
                        + " making of the operator and the inversions; the best of three runs after one that warms up.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchOperatorsCommand implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException {
        List<List<Object>> rows;
        try (TemporaryFolder folder = new TemporaryFolder("octospark-operators");
                SparkSession spark = SparkSessions.open("bench operators", Optional.of("local[1]"))) {
            rows = new OperatorBench(options.runner(spark), folder.path()).rows();
        }
        options.print(OperatorBench.COLUMNS, rows);
        return ExitCode.DONE;
    }
}
