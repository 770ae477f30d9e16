package io.octospark.results;

import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A row of {@link ResultTable#EVENTS}. What does not apply is null.
 *
 * @param at when, by the clock of the host where it was seen
 * @param kind what happened
 * @param repeat repeat of the run, from 0
 * @param partitionId partition
 * @param unitId number of the unit in the run, from 1
 * @param host host
 * @param device card
 * @param cu instance of the unit within its bitstream
 * @param gridId number of the grid
 * @param message what there is to say
 */
public record EventRecord(
        Instant at,
        Kind kind,
        Integer repeat,
        Integer partitionId,
        Integer unitId,
        String host,
        String device,
        Integer cu,
        Long gridId,
        String message)
        implements Serializable {

    /** What can happen. */
    public enum Kind {
        /** The run was resumed. */
        RESUMED,
        /** The run was asked to stop. */
        STOPPED,
        /** An attempt at a partition came to nothing; Spark tries again. */
        ATTEMPT_FAILED,
        /** A unit has failed; its grids without a result go to another job. */
        UNIT_FAILED,
        /** A unit has failed so often that its process does not use it again. */
        UNIT_QUARANTINED,
        /** Grids that were in flight when a unit failed are tried one by one. */
        GRIDS_ISOLATED,
        /** A grid has failed after units had failed with it. */
        GRID_BLAMED,
        /** A job has failed, its rows are lost; what it was to do is done anew. */
        JOB_FAILED,
        /** The rest of the run is computed by other units than it was started on. */
        FALLBACK;

        /** The name in the table. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of the run as a whole. */
    public static EventRecord ofRun(Kind kind, String message) {
        return new EventRecord(Instant.now(), kind, null, null, null, null, null, null, null, message);
    }

    public Row toRow() {
        return RowFactory.create(
                Timestamp.from(at), kind.key(), repeat, partitionId, unitId, host, device, cu, gridId, message);
    }
}
