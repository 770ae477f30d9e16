package io.octospark.cli.results;

import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.FormatOption;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.ResultView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        description = "Compares the figures of two runs side by side. The ratio is that of RUN_B to RUN_A.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CompareCommand implements Callable<Integer> {
    /** Column of the view with the ratio of each figure. */
    private static final Map<String, String> RATIOS = Map.of(
            "wall_seconds", "wall_ratio",
            "grids_per_second", "speedup",
            "grid_seconds_median", "grid_seconds_ratio",
            "joules_per_grid", "joules_ratio",
            "model_error_median", "model_error_ratio");

    @Parameters(index = "0", paramLabel = "RUN_A", description = "Id of the run to compare with.")
    private String runA;

    @Parameters(index = "1", paramLabel = "RUN_B", description = "Id of the run to compare.")
    private String runB;

    @Mixin
    private FormatOption format;

    @Mixin
    private ResultsOptions results;

    @Override
    public Integer call() throws IOException {
        if (runA.equals(runB)) {
            throw new InvalidInputException(ErrorCode.RUN_SELECTION, "run " + runA + ": named twice", "name two runs");
        }
        try (SparkSession spark = results.session()) {
            ResultStore store = results.storeWithViews(spark);
            store.requireRuns(List.of(runA, runB));
            Row pair = spark.table(ResultView.V_COMPARE.viewName())
                    .where(functions
                            .col("run_a")
                            .equalTo(runA)
                            .and(functions.col("run_b").equalTo(runB)))
                    .first();
            format.format().print(List.of("figure", "a", "b", "ratio"), rows(pair), results.out());
        }
        return ExitCode.DONE;
    }

    private static List<List<Object>> rows(Row pair) {
        return Arrays.stream(pair.schema().fieldNames())
                .filter(name -> name.endsWith("_a"))
                .map(name -> name.substring(0, name.length() - "_a".length()))
                .map(figure -> {
                    // An unknown figure is null, which immutable lists do not accept.
                    List<Object> row = new ArrayList<>(List.of(figure.equals("run") ? ResultTable.RUN_ID : figure));
                    row.add(pair.getAs(figure + "_a"));
                    row.add(pair.getAs(figure + "_b"));
                    row.add(RATIOS.containsKey(figure) ? pair.getAs(RATIOS.get(figure)) : null);
                    return row;
                })
                .toList();
    }
}
