package io.octospark.cli.bench;

import io.octospark.cli.options.FormatOption;
import io.octospark.cli.options.OptionRange;
import io.octospark.error.UriPasswords;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of all benchmarks: the results folder and the format of the printed table. */
final class BenchOptions {
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

    /** Returns the folder of the result tables. */
    String results() {
        return UriPasswords.requireNone("--results", results);
    }

    /** Returns the runner for the experiments of the benchmark. */
    BenchRunner runner(SparkSession spark) {
        return new BenchRunner(spark, results());
    }

    /** Refuses a value that is not from 1 to {@code most}. */
    void require(String option, long value, long most) {
        OptionRange.require(spec, option, value, most);
    }

    /** Prints a line that is not part of the result. */
    void tell(String line) {
        spec.commandLine().getErr().println(line);
    }

    /** Prints rows of a view. */
    void print(Dataset<Row> rows) throws IOException {
        format.format().print(rows, spec.commandLine().getOut());
    }

    /** Prints measured rows. */
    void print(List<String> columns, List<List<Object>> rows) throws IOException {
        format.format().print(columns, rows, spec.commandLine().getOut());
    }
}
