package io.octospark.report;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.results.ResultStore;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The runs of a results folder. */
final class RunList {
    /** Also of runs whose row is missing: what there is can be shown. */
    private static final String IDS = """
            SELECT run_id FROM (
                SELECT run_id, started_at FROM runs
                UNION ALL SELECT run_id, NULL FROM units
                UNION ALL SELECT run_id, NULL FROM grids)
            WHERE run_id IS NOT NULL GROUP BY run_id ORDER BY max(started_at) NULLS FIRST, run_id""";

    private final SparkSession spark;

    RunList(SparkSession spark) {
        this.spark = spark;
    }

    /** Ids, the latest run last. */
    List<String> ids() {
        return spark.sql(IDS).collectAsList().stream()
                .map((Row row) -> row.getString(0))
                .toList();
    }

    static InvalidInputException none(ResultStore store) {
        return new InvalidInputException(
                ErrorCode.NO_RUNS,
                store.folder().toUri().getPath() + ": holds no run",
                "run an experiment first (octospark run) or name another with --results");
    }
}
