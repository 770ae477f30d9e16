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

/** The command that checks how well expected times choose the operator's form, see {@link OperatorBench}. */
@Command(
        name = "operators",
        description =
                "Measures four forms of the operator on one CPU core in four cases; each form is the fastest in one case."
                        + " Prints the expected time, which determines the choice of the form, and the measured time, both in"
                        + " seconds, for making the operator and inverting. The measured time is the best of three runs after a"
                        + " warm-up run.",
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
