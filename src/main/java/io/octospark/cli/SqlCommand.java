package io.octospark.cli;

import io.octospark.model.Causes;
import io.octospark.model.InvalidInputException;
import io.octospark.results.ResultStore;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "sql",
        description = "Queries the result tables runs, units, grids and timings with Spark SQL.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SqlCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "QUERY",
            description = "One or more queries, such as \"SELECT cu, count(*) FROM grids GROUP BY cu\".")
    private List<String> queries;

    @Option(
            names = "--format",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (SparkSession spark = SparkSessions.open("sql", common.master())) {
            new ResultStore(spark, common.results())
                    .createViews()
                    .forEach(spec.commandLine().getErr()::println);
            for (String query : queries) {
                print(spark, query, out);
            }
        }
        return ExitCode.DONE;
    }

    private void print(SparkSession spark, String query, PrintWriter out) throws IOException {
        try {
            format.print(spark.sql(query), out);
            out.flush();
        } catch (Exception e) {
            // Scala declares no checked exceptions, so the compiler can't know that this one is thrown.
            if (e instanceof AnalysisException analysis) {
                throw new InvalidInputException(
                        "query: " + analysis.getSimpleMessage().strip().replaceAll("\\s+", " "));
            }
            // A division by zero, a text that is no number: found when the query runs.
            if (Causes.root(e) instanceof SparkThrowable) {
                throw new InvalidInputException("query: " + Causes.message(e));
            }
            throw e;
        }
    }
}
