package io.octospark.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.results.ResultStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Makes the report of runs: one HTML page that loads nothing. */
public final class Report {
    /** What every report starts with. */
    public static final String MARK = "<!DOCTYPE html>\n<!-- OctoSpark report -->\n";

    private static final int MOST_RUNS = 8;

    private final SparkSession spark;
    private final ResultStore store;
    private final List<String> notices;

    /**
     * @param store results whose views the session has
     * @param notices what {@link ResultStore#createViews} returned
     */
    public Report(SparkSession spark, ResultStore store, List<String> notices) {
        this.spark = spark;
        this.store = store;
        this.notices = List.copyOf(notices);
    }

    /**
     * Returns the runs to report on.
     *
     * @param asked their ids; none for the latest run
     * @throws InvalidInputException if there is no such run, or none at all
     */
    public List<String> runs(List<String> asked) {
        List<String> known = new RunList(spark).ids();
        if (known.isEmpty()) {
            throw RunList.none(store);
        }
        if (asked.isEmpty()) {
            return List.of(known.get(known.size() - 1));
        }
        List<String> chosen = new ArrayList<>(new LinkedHashSet<>(asked));
        List<Problem> problems = chosen.stream()
                .filter(run -> !known.contains(run))
                .map(store::noSuchRun)
                .toList();
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        if (chosen.size() > MOST_RUNS) {
            throw new InvalidInputException(
                    ErrorCode.RUN_SELECTION,
                    "%d runs: a report compares at most %d".formatted(chosen.size(), MOST_RUNS),
                    "name fewer");
        }
        return chosen;
    }

    /** Returns the page. */
    public byte[] page(List<String> runIds) {
        ObjectNode data = ReportData.of(spark, store, runIds, notices);
        return ReportPage.of(data).getBytes(StandardCharsets.UTF_8);
    }
}
