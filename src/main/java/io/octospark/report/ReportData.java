package io.octospark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.results.BuildInfo;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.ResultView;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Reads what a report shows: rows of the tables and views of some runs, as they are. What would make the page too large is
 * sampled, always in the same way, and the data say so.
 */
final class ReportData {
    private static final int MOST_ROWS = 2000;
    private static final int MOST_FAILURES = 50;
    private static final int MOST_SAMPLES = 2000;
    /** Single curves of a run, and points of all of them together. */
    private static final int MOST_CURVES = 100;

    private static final int CURVE_POINTS = 60_000;
    /** Grids whose medians and bands are computed. */
    private static final int MOST_GRIDS_OF_BANDS = 20_000;
    /** Cells of all pictures. */
    private static final int CELLS = 160_000;

    private final SparkSession spark;
    private final List<String> runIds;
    private final int mostGridsOfBands;
    private final ObjectNode data = JsonNodeFactory.instance.objectNode();

    private ReportData(SparkSession spark, List<String> runIds, int mostGridsOfBands) {
        this.spark = spark;
        this.runIds = runIds;
        this.mostGridsOfBands = mostGridsOfBands;
    }

    /**
     * Reads all of it.
     *
     * @param store results whose views the session has
     * @param runIds the runs; others are compared with the first
     * @param notices lines about what the views can't show
     */
    static ObjectNode of(SparkSession spark, ResultStore store, List<String> runIds, List<String> notices) {
        return of(spark, store, runIds, notices, MOST_GRIDS_OF_BANDS);
    }

    /** The same with another limit of the grids whose medians and bands are computed. */
    static ObjectNode of(
            SparkSession spark, ResultStore store, List<String> runIds, List<String> notices, int mostGridsOfBands) {
        ReportData report = new ReportData(spark, runIds, mostGridsOfBands);
        report.meta(store, notices);
        report.views();
        report.runs();
        return report.data;
    }

    private void meta(ResultStore store, List<String> notices) {
        BuildInfo build = BuildInfo.current();
        ObjectNode meta = data.putObject("meta");
        meta.put("made_at", Instant.now().toString());
        meta.put("app_version", build.version());
        meta.put("git_commit", build.gitCommit());
        meta.put("results", store.folder().toString());
        strings(meta.putArray("run_ids"), runIds);
        strings(meta.putArray("notices"), notices);
        ObjectNode colours = data.putObject("colours");
        strings(colours.putArray("sequential"), ColourMap.SEQUENTIAL.css());
        strings(colours.putArray("diverging"), ColourMap.DIVERGING.css());
        colours.put("undefined", ColourMap.css(ColourMap.UNDEFINED));
    }

    private static void strings(ArrayNode target, List<String> texts) {
        texts.forEach(target::add);
    }

    private void views() {
        ObjectNode views = data.putObject("views");
        put(views, ResultTable.RUNS.tableName(), "run_id");
        for (ResultView view : ResultView.values()) {
            switch (view) {
                case V_SCALING -> {
                    Dataset<Row> experiments = ofRuns(spark.table("runs")).select("experiment");
                    Dataset<Row> rows = spark.table(view.viewName())
                            .join(experiments.distinct(), "experiment")
                            .orderBy("experiment", "backend", "compute_units", "nodes");
                    views.set(view.viewName(), Tables.of(rows, MOST_ROWS));
                }
                case V_COMPARE -> {
                    // A single run has no row there, and Spark would read all grids to find that out.
                    Dataset<Row> rows = spark.table(view.viewName())
                            .where(functions.col("run_a").equalTo(runIds.get(0)))
                            .where(functions.col("run_b").isin(runIds.toArray()))
                            .where(functions.lit(runIds.size() > 1))
                            .orderBy("run_b");
                    views.set(view.viewName(), Tables.of(rows, MOST_ROWS));
                }
                // Its figures of a report are in the other views.
                case V_TASKS -> {}
                case V_STRAGGLERS -> put(views, view.viewName(), "run_id", "repeat", "partition_id");
                case V_BALANCE -> put(views, view.viewName(), "run_id", "id");
                case V_PHASE_SHARE -> put(views, view.viewName(), "run_id", "id", "phase");
                case V_CONVERGENCE -> convergence(views);
                default -> put(views, view.viewName(), "run_id");
            }
        }
    }

    /** Passes times grids are many rows: of many grids the view is asked about every n-th alone. */
    private void convergence(ObjectNode views) {
        Dataset<Row> grids = spark.table(ResultTable.GRIDS.tableName());
        long every = Math.max(1, (ofRuns(grids).count() + mostGridsOfBands - 1) / mostGridsOfBands);
        if (every > 1) {
            grids.where("grid_id %% %d = 0".formatted(every)).createOrReplaceTempView(ResultTable.GRIDS.tableName());
        }
        try {
            put(views, ResultView.V_CONVERGENCE.viewName(), "run_id", "pass");
        } finally {
            grids.createOrReplaceTempView(ResultTable.GRIDS.tableName());
        }
        data.withObject("/meta").put("bands_every", every);
    }

    private void put(ObjectNode views, String name, String... order) {
        Column[] columns = Arrays.stream(order).map(functions::col).toArray(Column[]::new);
        views.set(name, Tables.of(ofRuns(spark.table(name)).orderBy(columns), MOST_ROWS * runIds.size()));
    }

    private Dataset<Row> ofRuns(Dataset<Row> rows) {
        return rows.where(functions.col("run_id").isin(runIds.toArray()));
    }

    private void runs() {
        ObjectNode runs = data.putObject("runs");
        for (String runId : runIds) {
            ObjectNode run = runs.putObject(runId);
            Dataset<Row> grids = ofRun("grids", runId);
            List<Row> row = ofRun("runs", runId).select("config_json").collectAsList();
            RunConfiguration configuration =
                    RunConfiguration.of(row.isEmpty() ? null : row.get(0).getString(0));
            configuration
                    .experiment()
                    .ifPresent(known -> run.put("linear", known.problem().isLinear()));
            failures(run, grids);
            curves(run, grids);
            new Gallery(spark, grids.where("repeat = 0"), configuration, CELLS / runIds.size())
                    .write(run.putObject("gallery"));
            power(run, runId);
        }
    }

    private Dataset<Row> ofRun(String table, String runId) {
        return spark.table(table).where(functions.col("run_id").equalTo(runId));
    }

    private static void failures(ObjectNode run, Dataset<Row> grids) {
        Dataset<Row> failed = grids.where("status = 'failed'")
                .select("repeat", "grid_id", "partition_id", "cu", "iterations", "error")
                .orderBy("repeat", "grid_id");
        run.set("failures", Tables.of(failed, MOST_FAILURES));
    }

    /** The histories of every n-th grid of the first repeat. */
    private void curves(ObjectNode run, Dataset<Row> grids) {
        Dataset<Row> done = grids.where("status = 'done' AND repeat = 0 AND iterations > 0");
        Row size =
                done.selectExpr("count(*)", "max(iterations)", "min(grid_id)").first();
        long count = size.getLong(0);
        ObjectNode curves = run.putObject("curves");
        curves.put("of", count);
        ArrayNode list = curves.putArray("grids");
        if (count == 0) {
            return;
        }
        long most = Math.max(1, Math.min(MOST_CURVES, CURVE_POINTS / runIds.size() / size.getInt(1)));
        long every = (count + most - 1) / most;
        curves.put("every", every);
        done.where("grid_id %% %d = %d".formatted(every, size.getLong(2) % every))
                .select("grid_id", "residual_history")
                .orderBy("grid_id")
                .limit((int) most)
                .collectAsList()
                .forEach(row -> {
                    ObjectNode curve = list.addObject();
                    curve.put("grid_id", row.getLong(0));
                    ArrayNode history = curve.putArray("residual_history");
                    row.<Double>getList(1).forEach(residual -> Tables.add(history, residual));
                });
    }

    /** Power by time; of many samples every n-th of each card. */
    private void power(ObjectNode run, String runId) {
        Dataset<Row> samples = ofRun("device_samples", runId);
        long count = samples.count();
        long every = Math.max(1, (count + MOST_SAMPLES - 1) / MOST_SAMPLES);
        run.put("power_every", every);
        Dataset<Row> shown = samples.withColumn(
                        "place",
                        functions.expr("row_number() OVER (PARTITION BY host, device ORDER BY sampled_at, repeat) - 1"))
                .where("place %% %d = 0".formatted(every))
                .select("host", "device", "sampled_at", "power_watts", "temperature_celsius")
                .orderBy("host", "device", "sampled_at");
        run.set("power", Tables.of(shown, 2 * MOST_SAMPLES));
    }
}
