package io.octospark.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octospark.error.InvalidInputException;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that are not as a run leaves them: what can be shown is shown, what can't is said. */
@Tag("every-spark")
class ResultStoreTest {
    private static SparkSession spark;

    @TempDir
    private Path folder;

    private ResultStore store;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    @BeforeEach
    void open() {
        store = new ResultStore(spark, folder.toString());
    }

    private static Map<String, Object> finished(String status, long done) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("experiment", "e");
        run.put("status", status);
        run.put("started_at", HandMadeResults.at(0));
        run.put("ended_at", HandMadeResults.at(4));
        run.put("wall_seconds", 4.0);
        run.put("backend", "cpu");
        run.put("nodes", 1);
        run.put("compute_units", 1);
        run.put("grids_expected", 2L);
        run.put("grids_done", done);
        run.put("schema_version", ResultTable.SCHEMA_VERSION);
        return run;
    }

    private static Map<String, Object> unit() {
        return Map.of("repeat", 0, "partition_id", 0, "id", 1, "grids", 2L, "time_seconds", 2.0, "attempt", 0);
    }

    private static Map<String, Object> grid(long id) {
        return Map.of(
                "repeat", 0, "grid_id", id, "status", "done", "iterations", 1, "residual_history", new double[] {0.5});
    }

    private void append(ResultTable table, String runId, Map<String, Object> values) {
        store.append(table, runId, List.of(HandMadeResults.row(table, values)));
    }

    private void wholeRun(String runId) {
        append(ResultTable.RUNS, runId, finished("complete", 2));
        append(ResultTable.UNITS, runId, unit());
        append(ResultTable.GRIDS, runId, grid(0));
        append(ResultTable.TIMINGS, runId, Map.of("repeat", 0, "partition_id", 0, "phase", "dotprod", "total_ns", 1L));
    }

    /** Rows as another version would write them, with columns changed. */
    private void writeAs(ResultTable table, String runId, Map<String, Object> values, String... selected) {
        Dataset<Row> rows = spark.createDataFrame(List.of(HandMadeResults.row(table, values)), table.dataSchema());
        rows.select(Arrays.stream(selected).map(functions::expr).toArray(org.apache.spark.sql.Column[]::new))
                .write()
                .parquet(folder.resolve(table.tableName() + "/run_id=" + runId).toString());
    }

    private static List<String> rows(String query) {
        return HandMadeResults.rows(spark, query);
    }

    private Path file(String table) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(table))) {
            return files.filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aFolderThatIsNotThere() {
        assertThatThrownBy(() -> new ResultStore(spark, folder.resolve("none").toString()).createViews())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(folder.resolve("none") + ": no such results folder; run an experiment first (octospark run)"
                        + " or name another with --results");
    }

    @Test
    void anEmptyFolderHasEmptyViews() {
        assertThat(store.createViews())
                .containsExactly(
                        folder + ": no results yet; run an experiment first (octospark run) or name another with"
                                + " --results");
        for (ResultTable table : ResultTable.values()) {
            assertThat(rows("SELECT * FROM " + table.tableName())).isEmpty();
        }
        for (ResultView view : ResultView.values()) {
            assertThat(rows("SELECT * FROM " + view.viewName())).isEmpty();
        }
    }

    @Test
    void aRunThatHasOnlyBegun() {
        append(
                ResultTable.RUNS,
                "r",
                Map.of("experiment", "e", "status", "partial", "compute_units", 1, "schema_version", 3));

        assertThat(store.createViews())
                .containsExactly(
                        folder + ": no table units; what comes from it is empty",
                        folder + ": no table grids; what comes from it is empty",
                        folder + ": no table timings; what comes from it is empty");
        assertThat(rows("SELECT run_id, status, grids_per_second FROM v_throughput"))
                .containsExactly("r|partial|null");
        assertThat(rows("SELECT joules_per_grid FROM v_energy_per_grid")).containsExactly("null");
    }

    @Test
    void aTableThatIsMissing() {
        append(ResultTable.UNITS, "r", unit());
        append(ResultTable.GRIDS, "r", grid(0));
        append(ResultTable.TIMINGS, "r", Map.of("repeat", 0, "partition_id", 0, "phase", "dotprod", "total_ns", 1L));

        assertThat(store.createViews()).containsExactly(folder + ": no table runs; what comes from it is empty");
        assertThat(rows("SELECT grids_running FROM v_convergence")).containsExactly("1");
        assertThat(rows("SELECT id, grids FROM v_balance")).containsExactly("1|2");
        assertThat(rows("SELECT experiment, grids FROM v_model_error")).containsExactly("null|1");
    }

    @Test
    @Timeout(60)
    void aPipeAmongTheFiles() throws Exception {
        wholeRun("r");
        Path pipe = file("grids/run_id=r").resolveSibling("part-1.parquet");
        assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThat(store.createViews()).containsExactly(pipe + ": no whole Parquet file (0 bytes); it is left out");
        assertThat(rows("SELECT run_id, grid_id FROM grids")).containsExactly("r|0");
    }

    @Test
    void aFileThatIsCutShort() throws IOException {
        wholeRun("r");
        append(ResultTable.GRIDS, "s", grid(1));
        Path cut = file("grids/run_id=s");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        Path empty = Files.createFile(cut.resolveSibling("part-1.parquet"));
        Path text = Files.writeString(cut.resolveSibling("notes.txt"), "not a table at all");

        assertThat(store.createViews())
                .containsExactlyInAnyOrder(
                        cut + ": no whole Parquet file (" + bytes.length / 2 + " bytes); it is left out",
                        empty + ": no whole Parquet file (0 bytes); it is left out",
                        text + ": no whole Parquet file (18 bytes); it is left out");
        assertThat(rows("SELECT run_id, grid_id FROM grids")).containsExactly("r|0");
        assertThat(rows("SELECT run_id, grids_running FROM v_convergence")).containsExactly("r|1");
    }

    @Test
    void filesOfAWriteThatDidNotEnd() throws IOException {
        wholeRun("r");
        Path attempt = Files.createDirectories(folder.resolve("grids/run_id=s/_temporary/0/_temporary/attempt_1"));
        Files.copy(file("grids"), attempt.resolve("part-0.parquet"));

        assertThat(store.createViews())
                .containsExactly(folder.resolve("grids/run_id=s/_temporary")
                        + ": being written, or left by a run that was interrupted; it is left out");
        assertThat(rows("SELECT run_id, grid_id FROM grids")).containsExactly("r|0");
    }

    @Test
    void anOlderSchemaReadsAsNull() {
        Map<String, Object> old = finished("complete", 2);
        old.put("schema_version", 1);
        append(ResultTable.RUNS, "old", old);
        writeAs(ResultTable.UNITS, "old", unit(), "repeat", "partition_id", "id", "attempt", "grids", "time_seconds");
        append(ResultTable.GRIDS, "old", grid(0));
        writeAs(ResultTable.GRIDS, "older", grid(7), "repeat", "grid_id", "status", "error");
        append(ResultTable.TIMINGS, "old", Map.of("repeat", 0, "partition_id", 0, "phase", "dotprod", "total_ns", 1L));

        assertThat(store.createViews()).isEmpty();
        assertThat(rows("SELECT id, times_median, start_seconds, idle_after_seconds, driver_gap_seconds,"
                        + " driver_gap_after_seconds FROM v_stragglers"))
                .containsExactly("1|1.0|null|null|null|null");
        assertThat(rows("SELECT grids_per_second, busy_share FROM v_balance")).containsExactly("1.0|null");
        assertThat(rows("SELECT grid_id, error_code FROM grids WHERE run_id = 'older'"))
                .containsExactly("7|null");
    }

    @Test
    void aNewerSchemaIsShownAsFarAsItIsKnown() {
        wholeRun("r");
        Map<String, Object> newer = finished("complete", 2);
        newer.put("schema_version", 99);
        writeAs(ResultTable.RUNS, "new", newer, "*", "'red' AS colour");
        writeAs(ResultTable.UNITS, "new", unit(), "*", "7 AS shade");

        assertThat(store.createViews())
                .containsExactly("run new: written by a newer OctoSpark (schema_version 99, this one knows "
                        + ResultTable.SCHEMA_VERSION + "); what it does not know is left out");
        assertThat(rows("SELECT run_id, grids_per_second FROM v_throughput ORDER BY run_id"))
                .containsExactly("new|0.5", "r|0.5");
        assertThat(rows("SELECT run_id, grids FROM v_balance ORDER BY run_id")).containsExactly("new|2", "r|2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "a/b", "..", "", "a'b", "a=b", "a%2fb"})
    void addsNoRowsToRunsThatAreNoNamesOfFolders(String runId) {
        assertThatThrownBy(() -> append(ResultTable.RUNS, runId, finished("complete", 2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "run " + runId
                                + ": rows can be added to runs of letters, digits, dots, dashes and underscores only; name another run");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aRunIdWithQuotesIsOnlyAName() {
        wholeRun("a");

        assertThatThrownBy(() -> store.requireRuns(List.of("x' OR '1'='1", "../a")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("run x' OR '1'='1: no such run in ")
                .hasMessageContaining("run ../a: no such run in ");
    }
}
