package io.octospark.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseTiming;
import io.octospark.compute.UnitDescription;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.DataKind;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;

/** Every record writes every column of its table, each value under its own name. No two values of a record are the same. */
class RecordColumnsTest {
    private static final Map<String, Class<?>> JAVA_TYPES = Map.of(
            "string", String.class,
            "int", Integer.class,
            "bigint", Long.class,
            "double", Double.class,
            "boolean", Boolean.class,
            "timestamp", Timestamp.class,
            "array<double>", double[].class);

    private static final Instant EARLY = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LATE = Instant.parse("2026-01-02T04:05:06Z");

    @Test
    void grid() {
        double[] history = {0.5, 0.25};
        double[] chi = {0.1, 0.2};
        Reconstruction found = new Reconstruction(chi, history, 0.25, StopReason.TOLERANCE, Optional.empty());
        Map<String, Object> values = values(
                ResultTable.GRIDS,
                grid(found, new ModelComparison(Optional.of(0.3), Optional.of(0.4)), DataKind.VELOCITY));
        assertThat(values)
                .containsExactlyInAnyOrderEntriesOf(map(
                        "repeat",
                        1,
                        "grid_id",
                        2L,
                        "partition_id",
                        3,
                        "cu",
                        4,
                        "status",
                        "done",
                        "stop_reason",
                        "tolerance",
                        "iterations",
                        2,
                        "converged",
                        true,
                        "residual",
                        0.25,
                        "residual_history",
                        history,
                        "chi",
                        chi,
                        "model_error",
                        0.3,
                        "seconds",
                        0.6,
                        "error",
                        null,
                        "data_source",
                        "synthetic",
                        "same_operator",
                        true,
                        "ssim",
                        0.4,
                        "backend",
                        "cpu",
                        "error_code",
                        null));
    }

    private static Row grid(Reconstruction reconstruction, ModelComparison comparison, DataKind dataKind) {
        GridRecord.Context context = new GridRecord.Context(new UnitPlace(1, 3, 5, 4), "cpu", dataKind, true);
        return new GridRecord(2, context, reconstruction, comparison, 0.6).toRow();
    }

    @Test
    void gridThatFailed() {
        Map<String, Object> values = values(
                ResultTable.GRIDS,
                grid(
                        Reconstruction.failed(ErrorCode.GRID_DIVERGED, "broken"),
                        ModelComparison.NONE,
                        DataKind.PRESSURE));
        assertThat(values.remove("residual_history")).isEqualTo(new double[0]);
        assertThat(values)
                .containsExactlyInAnyOrderEntriesOf(map(
                        "repeat",
                        1,
                        "grid_id",
                        2L,
                        "partition_id",
                        3,
                        "cu",
                        4,
                        "status",
                        "failed",
                        "stop_reason",
                        "failed",
                        "iterations",
                        0,
                        "converged",
                        false,
                        "residual",
                        null,
                        "chi",
                        null,
                        "model_error",
                        null,
                        "seconds",
                        0.6,
                        "error",
                        "broken",
                        "data_source",
                        "measured",
                        "same_operator",
                        null,
                        "ssim",
                        null,
                        "backend",
                        "cpu",
                        "error_code",
                        "GRID_DIVERGED"));
    }

    private static UnitRecord unit() {
        return new UnitRecord(
                new UnitPlace(1, 2, 3, 4),
                new UnitRecord.TaskAttempt("host", "executor", 6, EARLY, 8.5),
                new UnitDescription("xrt", "card", "design.xclbin", "uuid", 5),
                7,
                0.5,
                List.of(
                        new PhaseTiming(Phase.DOTPROD, 11, 1_000_000_000, 12, 13, 14),
                        new PhaseTiming(Phase.UPDATE, 21, 2_000_000_000, 22, 23, 24),
                        new PhaseTiming(Phase.FORWARD, 31, 3_000_000_000L, 32, 33, 34),
                        new PhaseTiming(Phase.HOST_MATH, 41, 4_000_000_000L, 42, 43, 44),
                        new PhaseTiming(Phase.UPLOAD, 51, 5_000_000_000L, 52, 53, 54),
                        new PhaseTiming(Phase.DOWNLOAD, 61, 6_000_000_000L, 62, 63, 64)));
    }

    @Test
    void units() {
        assertThat(values(ResultTable.UNITS, unit().toRow()))
                .containsExactlyInAnyOrderEntriesOf(map(
                        "repeat",
                        1,
                        "partition_id",
                        2,
                        "id",
                        3,
                        "cu",
                        4,
                        "host",
                        "host",
                        "device",
                        "card",
                        "bitstream",
                        "design.xclbin",
                        "xclbin_uuid",
                        "uuid",
                        "backend",
                        "xrt",
                        "executor_id",
                        "executor",
                        "attempt",
                        6,
                        "grids",
                        7L,
                        "dot_seconds",
                        1.0,
                        "upd_seconds",
                        2.0,
                        "host_seconds",
                        7.0,
                        "time_seconds",
                        8.5,
                        "dot_calls",
                        11L,
                        "upd_calls",
                        21L,
                        "h2d_bytes",
                        54L,
                        "d2h_bytes",
                        64L,
                        "busy_share",
                        0.5,
                        "started_at",
                        Timestamp.from(EARLY)));
    }

    @Test
    void timing() {
        assertThat(values(ResultTable.TIMINGS, unit().timingRows().get(0)))
                .containsExactlyInAnyOrderEntriesOf(map(
                        "repeat", 1,
                        "partition_id", 2,
                        "phase", "dotprod",
                        "calls", 11L,
                        "total_ns", 1_000_000_000L,
                        "min_ns", 12L,
                        "max_ns", 13L,
                        "bytes", 14L));
    }

    @Test
    void deviceSample() {
        DeviceSample sample = new DeviceSample("card", LATE, 50.0, 60.0, 70.0, "xmc");
        assertThat(values(
                        ResultTable.DEVICE_SAMPLES,
                        unit().sampleRows(List.of(sample)).get(0)))
                .containsExactlyInAnyOrderEntriesOf(map(
                        "repeat",
                        1,
                        "host",
                        "host",
                        "device",
                        "card",
                        "sampled_at",
                        Timestamp.from(LATE),
                        "power_watts",
                        50.0,
                        "temperature_celsius",
                        60.0,
                        "joules",
                        70.0,
                        "source",
                        "xmc",
                        "scope",
                        "board"));
    }

    @Test
    void run() {
        RunRecord start = new RunRecord(
                new RunRecord.Identity("experiment", "{}", "operator", "config", "data", "options"),
                new RunRecord.Environment("master", "cpu", 1, "spark", new BuildInfo("app", "commit")),
                EARLY,
                2,
                3,
                Optional.empty());
        Map<String, Object> expected = map(
                "experiment", "experiment",
                "status", "partial",
                "started_at", Timestamp.from(EARLY),
                "ended_at", null,
                "wall_seconds", null,
                "master", "master",
                "backend", "cpu",
                "nodes", null,
                "compute_units", 1,
                "grids_expected", 2L,
                "grids_done", 3L,
                "spark_version", "spark",
                "app_version", "app",
                "git_commit", "commit",
                "config_json", "{}",
                "schema_version", ResultTable.SCHEMA_VERSION,
                "operator", "operator",
                "config_hash", "config",
                "data_hash", "data",
                "options_json", "options");
        assertThat(values(ResultTable.RUNS, start.toRow())).containsExactlyInAnyOrderEntriesOf(expected);
        expected.putAll(map(
                "status",
                "complete",
                "ended_at",
                Timestamp.from(LATE),
                "wall_seconds",
                5.5,
                "nodes",
                6,
                "grids_done",
                7L));
        assertThat(values(
                        ResultTable.RUNS,
                        start.ended(new RunRecord.End(RunRecord.Status.COMPLETE, LATE, 5.5, 6), 7)
                                .toRow()))
                .containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void event() {
        EventRecord event = EventRecord.builder(EventRecord.Kind.GRID_BLAMED, EARLY)
                .place(new UnitPlace(1, 2, 3, 4))
                .host("host")
                .device("card")
                .gridId(5)
                .build("message");
        assertThat(values(ResultTable.EVENTS, event.toRow()))
                .containsExactlyInAnyOrderEntriesOf(map(
                        "at",
                        Timestamp.from(EARLY),
                        "kind",
                        "grid_blamed",
                        "repeat",
                        1,
                        "partition_id",
                        2,
                        "unit_id",
                        3,
                        "host",
                        "host",
                        "device",
                        "card",
                        "cu",
                        4,
                        "grid_id",
                        5L,
                        "message",
                        "message"));
    }

    @Test
    void eventOfARun() {
        Map<String, Object> values = values(
                ResultTable.EVENTS,
                EventRecord.ofRun(EventRecord.Kind.RESUMED, "message").toRow());
        assertThat(values.remove("at")).isNotNull();
        assertThat(values.values().stream().filter(Objects::nonNull)).containsExactlyInAnyOrder("resumed", "message");
    }

    @Test
    void anUnknownColumnIsRefused() {
        RowBuilder row = ResultTable.EVENTS.row();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row.set("massage", ""))
                .withMessageContaining("massage");
    }

    @Test
    void aRowWithoutAValueThatEveryRowHasIsRefused() {
        RowBuilder row = ResultTable.EVENTS.row().set("at", EARLY).set("message", "");
        assertThatIllegalStateException().isThrownBy(row::build).withMessage("events: a row needs a value for kind");
    }

    @Test
    void filesMayLackAnyColumn() {
        for (ResultTable table : ResultTable.values()) {
            assertThat(table.schema().fields()).allMatch(StructField::nullable);
            assertThat(table.schema().fieldNames()[0]).isEqualTo(ResultTable.RUN_ID);
        }
    }

    /** The values by column, after a look at their types. */
    private static Map<String, Object> values(ResultTable table, Row row) {
        StructField[] fields = table.dataSchema().fields();
        assertThat(row.length()).isEqualTo(fields.length);
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i++) {
            if (!row.isNullAt(i)) {
                assertThat(row.get(i))
                        .as(fields[i].name())
                        .isInstanceOf(JAVA_TYPES.get(fields[i].dataType().simpleString()));
            }
            values.put(fields[i].name(), row.get(i));
        }
        return values;
    }

    /** Names and values in turn; a value may be null. */
    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
