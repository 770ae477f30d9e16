package io.octospark.results;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseTiming;
import io.octospark.compute.UnitDescription;
import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * What a compute unit did in one task attempt: a row of {@link ResultTable#UNITS} and the rows of
 * {@link ResultTable#TIMINGS} that belong to it.
 *
 * @param repeat repeat of the run, from 0
 * @param partitionId partition, from 0
 * @param id number of the unit, from 1
 * @param cu instance within its bitstream, from 1
 * @param host host that computed
 * @param unit what the unit is
 * @param executorId Spark's executor
 * @param attempt attempt of the task, from 0
 * @param grids grids computed
 * @param busyShare share of the time between the unit's first and last call in which a product executed; null if not
 *     measured
 * @param startedAt start of the task, by the clock of its host
 * @param timeSeconds time of the whole task
 * @param timings phases that happened
 */
public record UnitRecord(
        int repeat,
        int partitionId,
        int id,
        int cu,
        String host,
        UnitDescription unit,
        String executorId,
        int attempt,
        long grids,
        Double busyShare,
        Instant startedAt,
        double timeSeconds,
        List<PhaseTiming> timings)
        implements Serializable {

    /** The sum of a phase. */
    public PhaseTiming timing(Phase phase) {
        return timings.stream()
                .filter(timing -> timing.phase() == phase)
                .findFirst()
                .orElse(PhaseTiming.none(phase));
    }

    public Row toRow() {
        PhaseTiming dot = timing(Phase.DOTPROD);
        PhaseTiming upd = timing(Phase.UPDATE);
        return RowFactory.create(
                repeat,
                partitionId,
                id,
                cu,
                host,
                unit.device(),
                unit.bitstream(),
                unit.xclbinUuid(),
                unit.backend(),
                executorId,
                attempt,
                grids,
                dot.totalSeconds(),
                upd.totalSeconds(),
                timing(Phase.HOST_MATH).totalSeconds() + timing(Phase.FORWARD).totalSeconds(),
                timeSeconds,
                dot.calls(),
                upd.calls(),
                timing(Phase.UPLOAD).bytes(),
                timing(Phase.DOWNLOAD).bytes(),
                busyShare,
                Timestamp.from(startedAt));
    }

    /** The rows of the table of samples that the unit's device gave. */
    public List<Row> sampleRows(List<DeviceSample> samples) {
        return samples.stream()
                .map(sample -> RowFactory.create(
                        repeat,
                        host,
                        sample.device(),
                        Timestamp.from(sample.sampledAt()),
                        sample.powerWatts(),
                        sample.temperatureCelsius(),
                        sample.joules(),
                        sample.source(),
                        "board"))
                .toList();
    }

    /** The rows of the timings table. */
    public List<Row> timingRows() {
        return timings.stream()
                .map(timing -> RowFactory.create(
                        repeat,
                        partitionId,
                        timing.phase().key(),
                        timing.calls(),
                        timing.totalNanos(),
                        timing.minNanos(),
                        timing.maxNanos(),
                        timing.bytes()))
                .toList();
    }
}
