package io.octospark.results;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseTiming;
import io.octospark.compute.UnitDescription;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What a compute unit did in one task attempt: a row of {@link ResultTable#UNITS}, and the rows of
 * {@link ResultTable#TIMINGS} and {@link ResultTable#DEVICE_SAMPLES} that belong to it.
 *
 * @param place the partition and the unit
 * @param task the task attempt
 * @param unit what the unit is
 * @param grids grids computed
 * @param busyShare share of the time between the unit's first and last call in which a product executed; NaN if not measured
 * @param timings phases that happened
 */
public record UnitRecord(
        UnitPlace place,
        TaskAttempt task,
        UnitDescription unit,
        long grids,
        double busyShare,
        List<PhaseTiming> timings)
        implements Serializable {

    /**
     * A task attempt.
     *
     * @param host host that computed
     * @param executorId Spark's executor
     * @param attempt attempt of the task, from 0
     * @param startedAt start of the task, by the clock of its host
     * @param timeSeconds time of the whole task
     */
    public record TaskAttempt(String host, String executorId, int attempt, Instant startedAt, double timeSeconds)
            implements Serializable {}

    /** Returns the sum of a phase. */
    public PhaseTiming timing(Phase phase) {
        return timings.stream()
                .filter(timing -> timing.phase() == phase)
                .findFirst()
                .orElse(PhaseTiming.none(phase));
    }

    /** Returns the row of the table of units. */
    public Row toRow() {
        PhaseTiming dot = timing(Phase.DOTPROD);
        PhaseTiming upd = timing(Phase.UPDATE);
        return ResultTable.UNITS
                .row()
                .set("repeat", place.repeat())
                .set("partition_id", place.partitionId())
                .set("id", place.unitId())
                .set("cu", place.cu())
                .set("host", task.host())
                .set("device", unit.device())
                .set("bitstream", unit.bitstream())
                .set("xclbin_uuid", unit.xclbinUuid())
                .set("backend", unit.backend())
                .set("executor_id", task.executorId())
                .set("attempt", task.attempt())
                .set("grids", grids)
                .set("dot_seconds", dot.totalSeconds())
                .set("upd_seconds", upd.totalSeconds())
                .set(
                        "host_seconds",
                        timing(Phase.HOST_MATH).totalSeconds()
                                + timing(Phase.FORWARD).totalSeconds())
                .set("time_seconds", task.timeSeconds())
                .set("dot_calls", dot.calls())
                .set("upd_calls", upd.calls())
                .set("h2d_bytes", timing(Phase.UPLOAD).bytes())
                .set("d2h_bytes", timing(Phase.DOWNLOAD).bytes())
                .set("busy_share", Double.isNaN(busyShare) ? null : busyShare)
                .set("started_at", task.startedAt())
                .build();
    }

    /** Returns the rows of the table of timings. */
    public List<Row> timingRows() {
        return timings.stream()
                .map(timing -> ResultTable.TIMINGS
                        .row()
                        .set("repeat", place.repeat())
                        .set("partition_id", place.partitionId())
                        .set("phase", timing.phase().key())
                        .set("calls", timing.calls())
                        .set("total_ns", timing.totalNanos())
                        .set("min_ns", timing.minNanos())
                        .set("max_ns", timing.maxNanos())
                        .set("bytes", timing.bytes())
                        .build())
                .toList();
    }

    /** Returns the rows of the table of samples, one for each of these samples of the unit's device. */
    public List<Row> sampleRows(List<DeviceSample> samples) {
        return samples.stream()
                .map(sample -> ResultTable.DEVICE_SAMPLES
                        .row()
                        .set("repeat", place.repeat())
                        .set("host", task.host())
                        .set("device", sample.device())
                        .set("sampled_at", sample.sampledAt())
                        .set("power_watts", sample.powerWatts())
                        .set("temperature_celsius", sample.temperatureCelsius())
                        .set("joules", sample.joules())
                        .set("source", sample.source())
                        .set("scope", "board")
                        .build())
                .toList();
    }
}
