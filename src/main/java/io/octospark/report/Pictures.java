package io.octospark.report;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Makes pictures of single grids of a results folder. */
public final class Pictures {
    /** The format of a picture. */
    public enum Format {
        PNG,
        SVG
    }

    private final SparkSession spark;
    private final ResultStore store;

    /** @param store results whose views the session has ({@link ResultStore#createViews}) */
    public Pictures(SparkSession spark, ResultStore store) {
        this.spark = spark;
        this.store = store;
    }

    /**
     * Draws model, reconstruction, difference and residual curve of a grid.
     *
     * @throws InvalidInputException if there is no such run or grid, or PNG can't be drawn on this host
     */
    public byte[] of(String runId, long gridId, int repeat, Quantity quantity, Format format) {
        RunConfiguration configuration = RunConfiguration.of(configuration(runId));
        StoredGrid grid = grid(runId, gridId, repeat);
        Truth truth = configuration.models(spark, List.of(gridId)).get(gridId);
        String svg = GridPicture.svg(grid, configuration.frame(), truth, quantity);
        return format == Format.SVG ? svg.getBytes(StandardCharsets.UTF_8) : Png.of(svg);
    }

    private String configuration(String runId) {
        List<Row> runs = spark.table(ResultTable.RUNS.tableName())
                .where(functions.col(ResultTable.RUN_ID).equalTo(runId))
                .select("config_json")
                .collectAsList();
        if (runs.isEmpty()) {
            throw new InvalidInputException(List.of(store.noSuchRun(runId)));
        }
        return runs.get(0).getString(0);
    }

    private StoredGrid grid(String runId, long gridId, int repeat) {
        Dataset<Row> ofRun = spark.table(ResultTable.GRIDS.tableName())
                .where(functions.col(ResultTable.RUN_ID).equalTo(runId));
        List<Row> found = ofRun.where(functions
                        .col("grid_id")
                        .equalTo(gridId)
                        .and(functions.col("repeat").equalTo(repeat)))
                .selectExpr(StoredGrid.columns())
                .collectAsList();
        if (!found.isEmpty()) {
            return StoredGrid.of(found.get(0));
        }
        Row held = ofRun.selectExpr("count(*)", "min(grid_id)", "max(grid_id)", "max(repeat)")
                .first();
        if (held.getLong(0) == 0) {
            throw new InvalidInputException(
                    ErrorCode.NO_SUCH_GRID,
                    "run %s has no grids".formatted(runId),
                    "its status in the table runs says why");
        }
        throw new InvalidInputException(
                ErrorCode.NO_SUCH_GRID,
                "grid %d, repeat %d: run %s has no such grid".formatted(gridId, repeat, runId),
                "it has grids %d to %d, repeats 0 to %d".formatted(held.getLong(1), held.getLong(2), held.getInt(3)));
    }
}
