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
                .containsExactlyInAnyOrderEntriesOf(columns()
                        .with("repeat", 1)
                        .with("grid_id", 2L)
                        .with("partition_id", 3)
                        .with("cu", 4)
                        .with("status", "done")
                        .with("stop_reason", "tolerance")
                        .with("iterations", 2)
                        .with("converged", true)
                        .with("residual", 0.25)
                        .with("residual_history", history)
                        .with("chi", chi)
                        .with("model_error", 0.3)
                        .with("seconds", 0.6)
                        .with("error", null)
                        .with("data_source", "synthetic")
                        .with("same_operator", true)
                        .with("ssim", 0.4)
                        .with("backend", "cpu")
                        .with("error_code", null));
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
                .containsExactlyInAnyOrderEntriesOf(columns()
                        .with("repeat", 1)
                        .with("grid_id", 2L)
                        .with("partition_id", 3)
                        .with("cu", 4)
                        .with("status", "failed")
                        .with("stop_reason", "failed")
                        .with("iterations", 0)
                        .with("converged", false)
                        .with("residual", null)
                        .with("chi", null)
                        .with("model_error", null)
                        .with("seconds", 0.6)
                        .with("error", "broken")
                        .with("data_source", "measured")
                        .with("same_operator", null)
                        .with("ssim", null)
                        .with("backend", "cpu")
                        .with("error_code", "GRID_DIVERGED"));
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
                .containsExactlyInAnyOrderEntriesOf(columns()
                        .with("repeat", 1)
                        .with("partition_id", 2)
                        .with("id", 3)
                        .with("cu", 4)
                        .with("host", "host")
                        .with("device", "card")
                        .with("bitstream", "design.xclbin")
                        .with("xclbin_uuid", "uuid")
                        .with("backend", "xrt")
                        .with("executor_id", "executor")
                        .with("attempt", 6)
                        .with("grids", 7L)
                        .with("dot_seconds", 1.0)
                        .with("upd_seconds", 2.0)
                        .with("host_seconds", 7.0)
                        .with("time_seconds", 8.5)
                        .with("dot_calls", 11L)
                        .with("upd_calls", 21L)
                        .with("h2d_bytes", 54L)
                        .with("d2h_bytes", 64L)
                        .with("busy_share", 0.5)
                        .with("started_at", Timestamp.from(EARLY)));
    }

    @Test
    void timing() {
        assertThat(values(ResultTable.TIMINGS, unit().timingRows().get(0)))
                .containsExactlyInAnyOrderEntriesOf(columns()
                        .with("repeat", 1)
                        .with("partition_id", 2)
                        .with("phase", "dotprod")
                        .with("calls", 11L)
                        .with("total_ns", 1_000_000_000L)
                        .with("min_ns", 12L)
                        .with("max_ns", 13L)
                        .with("bytes", 14L));
    }

    @Test
    void deviceSample() {
        DeviceSample sample = new DeviceSample("card", LATE, 50.0, 60.0, 70.0, "xmc");
        assertThat(values(
                        ResultTable.DEVICE_SAMPLES,
                        unit().sampleRows(List.of(sample)).get(0)))
                .containsExactlyInAnyOrderEntriesOf(columns()
                        .with("repeat", 1)
                        .with("host", "host")
                        .with("device", "card")
                        .with("sampled_at", Timestamp.from(LATE))
                        .with("power_watts", 50.0)
                        .with("temperature_celsius", 60.0)
                        .with("joules", 70.0)
                        .with("source", "xmc")
                        .with("scope", "board"));
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
        Map<String, Object> expected = columns()
                .with("experiment", "experiment")
                .with("status", "partial")
                .with("started_at", Timestamp.from(EARLY))
                .with("ended_at", null)
                .with("wall_seconds", null)
                .with("master", "master")
                .with("backend", "cpu")
                .with("nodes", null)
                .with("compute_units", 1)
                .with("grids_expected", 2L)
                .with("grids_done", 3L)
                .with("spark_version", "spark")
                .with("app_version", "app")
                .with("git_commit", "commit")
                .with("config_json", "{}")
                .with("schema_version", ResultTable.SCHEMA_VERSION)
                .with("operator", "operator")
                .with("config_hash", "config")
                .with("data_hash", "data")
                .with("options_json", "options");
        assertThat(values(ResultTable.RUNS, start.toRow())).containsExactlyInAnyOrderEntriesOf(expected);
        expected.putAll(columns()
                .with("status", "complete")
                .with("ended_at", Timestamp.from(LATE))
                .with("wall_seconds", 5.5)
                .with("nodes", 6)
                .with("grids_done", 7L));
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
                .containsExactlyInAnyOrderEntriesOf(columns()
                        .with("at", Timestamp.from(EARLY))
                        .with("kind", "grid_blamed")
                        .with("repeat", 1)
                        .with("partition_id", 2)
                        .with("unit_id", 3)
                        .with("host", "host")
                        .with("device", "card")
                        .with("cu", 4)
                        .with("grid_id", 5L)
                        .with("message", "message"));
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

    private static Columns columns() {
        return new Columns();
    }

    /** Values by column, in which a value may be null. */
    private static final class Columns extends LinkedHashMap<String, Object> {
        private static final long serialVersionUID = 1;

        Columns with(String column, Object value) {
            put(column, value);
            return this;
        }
    }
}
