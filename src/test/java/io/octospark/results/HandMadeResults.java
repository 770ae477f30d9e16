package io.octospark.results;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * A small result set whose figures can be worked out by hand. All runs start at the same time, and are of the experiment
 * {@code hand}:
 *
 * <ul>
 *   <li>{@code two}: two units, two repeats, eight grids in 10 s, power measured; a task was tried twice, and one
 *       phase is in one task only
 *   <li>{@code one}: one unit, four grids in 8 s
 *   <li>{@code slow}: one unit, four grids in 10 s, one of which failed
 *   <li>{@code broken}: ended by an error before anything was done
 *   <li>{@code open}: never ended; one of its repeats is there
 *   <li>{@code long}: the tasks of a unit that has changed its host, with numbers of partitions above a million
 * </ul>
 */
public final class HandMadeResults {
    static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    /** By table and run: a job of Spark's for each row would take its time. */
    private final Map<ResultTable, Map<String, List<Row>>> rows = new EnumMap<>(ResultTable.class);

    private HandMadeResults() {}

    /** A line for each row, values with {@code |} between. */
    static List<String> rows(SparkSession spark, String query) {
        return spark.sql(query).collectAsList().stream()
                .map(row -> row.mkString("|"))
                .toList();
    }

    public static void write(ResultStore store) {
        HandMadeResults results = new HandMadeResults();
        results.two();
        results.one();
        results.slow();
        results.run("broken", "failed", 3.0, "cpu", 1, 4, 0);
        results.run("open", "partial", null, "cpu", 1, 8, 0);
        results.grid("open", 0, 0, "done", 0.1, null, 0.5, 0.25);
        results.unit("long", 0, 1_000_001, 1, 1.0, 1.0, Map.of("grids", 1L, "attempt", 0, "host", "before"));
        results.unit("long", 1, 0, 1, 2.0, 1.0, Map.of("grids", 1L, "attempt", 0, "host", "after"));
        results.rows.forEach((table, byRun) -> byRun.forEach((runId, ofRun) -> store.append(table, runId, ofRun)));
    }

    private void two() {
        run("two", "complete", 10.0, "xrt-emulated", 2, 8, 8);
        unit("two", 0, 0, 1, 1.0, 3.0, Map.of("grids", 2L, "attempt", 0, "busy_share", 0.5));
        unit("two", 0, 1, 2, 1.5, 2.0, Map.of("grids", 2L, "attempt", 0, "busy_share", 0.5));
        unit("two", 1, 0, 1, 5.0, 4.0, Map.of("grids", 2L, "attempt", 0, "busy_share", 0.75));
        unit("two", 1, 1, 2, 5.0, 2.0, Map.of("grids", 2L, "attempt", 1));
        for (int repeat = 0; repeat < 2; repeat++) {
            for (int partition = 0; partition < 2; partition++) {
                timing("two", repeat, partition, "dotprod", 1.0);
                timing("two", repeat, partition, "host_math", partition);
            }
            grid("two", repeat, 0, "done", 1.0, 0.1, 1.0, 0.5);
            grid("two", repeat, 1, "done", 2.0, 0.2, 1.0, 0.5, 0.25);
            grid("two", repeat, 2, "done", 3.0, 0.3, 2.0, 1.0, 0.5, 0.125);
            grid("two", repeat, 3, "done", 4.0, 0.4, 4.0);
        }
        timing("two", 1, 0, "readback", 1.0);
        sample("two", 0.0, 50);
        sample("two", 30.0, 60);
        sample("two", 10.0, 40);
    }

    private void one() {
        run("one", "complete", 8.0, "xrt-emulated", 1, 4, 4);
        unit("one", 0, 0, 1, 1.0, 6.0, Map.of("grids", 4L, "attempt", 0));
        timing("one", 0, 0, "dotprod", 3.0);
        for (int id = 0; id < 4; id++) {
            grid("one", 0, id, "done", 1.5, null, 1.0, 0.5);
        }
    }

    private void slow() {
        run("slow", "partial", 10.0, "xrt-emulated", 1, 4, 3);
        unit("slow", 0, 0, 1, 1.0, 8.0, Map.of("grids", 4L, "attempt", 0));
        for (int id = 0; id < 3; id++) {
            grid("slow", 0, id, "done", 2.0, 0.5, 1.0, 0.5);
        }
        grid("slow", 0, 3, "failed", 0.0, null);
    }

    private void run(
            String runId, String status, Double wallSeconds, String backend, int units, long expected, long done) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("experiment", "hand");
        values.put("status", status);
        values.put("started_at", at(0));
        values.put("ended_at", wallSeconds == null ? null : at(wallSeconds));
        values.put("wall_seconds", wallSeconds);
        values.put("backend", backend);
        values.put("nodes", wallSeconds == null ? null : 1);
        values.put("compute_units", units);
        values.put("grids_expected", expected);
        values.put("grids_done", done);
        values.put("config_json", "{\"fwi\": {\"ngrid\": {\"x\": 5, \"z\": 2}}}");
        values.put("schema_version", ResultTable.SCHEMA_VERSION);
        append(ResultTable.RUNS, runId, values);
    }

    private void unit(
            String runId, int repeat, int partition, int id, double start, double seconds, Map<String, Object> more) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("repeat", repeat);
        values.put("partition_id", partition);
        values.put("id", id);
        values.put("cu", 1);
        values.put("host", "h");
        values.put("device", "card" + id);
        values.put("dot_seconds", 1.0);
        values.put("upd_seconds", 0.5);
        values.put("time_seconds", seconds);
        values.put("h2d_bytes", 400_000_000L);
        values.put("d2h_bytes", 100_000_000L);
        values.put("started_at", at(start));
        values.putAll(more);
        append(ResultTable.UNITS, runId, values);
    }

    private void grid(
            String runId, int repeat, long id, String status, double seconds, Double modelError, double... history) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("repeat", repeat);
        values.put("grid_id", id);
        // A run has its grids in one partition, or two in each.
        values.put("partition_id", runId.equals("two") ? (int) (id / 2) : 0);
        values.put("status", status);
        values.put("iterations", history.length);
        values.put("converged", status.equals("done"));
        values.put("residual_history", history);
        values.put("model_error", modelError);
        values.put("seconds", seconds);
        append(ResultTable.GRIDS, runId, values);
    }

    private void timing(String runId, int repeat, int partition, String phase, double seconds) {
        append(
                ResultTable.TIMINGS,
                runId,
                Map.of(
                        "repeat",
                        repeat,
                        "partition_id",
                        partition,
                        "phase",
                        phase,
                        "calls",
                        10L,
                        "total_ns",
                        (long) (seconds * 1e9),
                        "bytes",
                        0L));
    }

    private void sample(String runId, double joules, double watts) {
        append(
                ResultTable.DEVICE_SAMPLES,
                runId,
                Map.of("repeat", 0, "host", "h", "device", "card1", "power_watts", watts, "joules", joules));
    }

    private void append(ResultTable table, String runId, Map<String, Object> values) {
        rows.computeIfAbsent(table, key -> new LinkedHashMap<>())
                .computeIfAbsent(runId, key -> new ArrayList<>())
                .add(row(table, values));
    }

    /** A row of a table; what is not named is null. */
    static Row row(ResultTable table, Map<String, Object> values) {
        return RowFactory.create(
                Arrays.stream(table.dataSchema().fieldNames()).map(values::get).toArray());
    }

    static Timestamp at(double seconds) {
        return Timestamp.from(START.plusMillis(Math.round(seconds * 1e3)));
    }
}
