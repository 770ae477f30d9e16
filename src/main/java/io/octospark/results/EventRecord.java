package io.octospark.results;

import java.io.Serializable;
import java.time.Instant;
import java.util.Locale;
import org.apache.spark.sql.Row;

/** A row of {@link ResultTable#EVENTS}: a deviation from the plan of a run. */
public final class EventRecord implements Serializable {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final Row row;

    private EventRecord(Kind kind, Row row) {
        this.kind = kind;
        this.row = row;
    }

    /** What can happen. */
    public enum Kind {
        /** The run was resumed. */
        RESUMED,
        /** The run was asked to stop. */
        STOPPED,
        /** An attempt at a partition failed; Spark tries again. */
        ATTEMPT_FAILED,
        /** A unit has failed; its grids without a result go to another job. */
        UNIT_FAILED,
        /** A unit has failed so often that its process does not use it again. */
        UNIT_QUARANTINED,
        /** Grids that were in flight when a unit failed are tried one by one. */
        GRIDS_ISOLATED,
        /** A grid has failed after units had failed with it. */
        GRID_BLAMED,
        /** A job has failed and its rows are lost; its grids are computed again. */
        JOB_FAILED,
        /** The rest of the run is computed by other units than it was started on. */
        FALLBACK;

        /** Returns the name in the table. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns an event of the run as a whole that happens now. */
    public static EventRecord ofRun(Kind kind, String message) {
        return builder(kind, Instant.now()).build(message);
    }

    /**
     * Starts an event.
     *
     * @param at by the clock of the host where it was seen
     */
    public static Builder builder(Kind kind, Instant at) {
        return new Builder(kind, at);
    }

    /** Returns what happened. */
    public Kind kind() {
        return kind;
    }

    /** Returns the row. */
    public Row toRow() {
        return row;
    }

    /** Makes an event. What does not apply to it is left out. */
    public static final class Builder {
        private final Kind kind;
        private final RowBuilder row;

        private Builder(Kind kind, Instant at) {
            this.kind = kind;
            row = ResultTable.EVENTS.row().set("at", at).set("kind", kind.key());
        }

        /** Sets the repeat, the partition, and the unit by its number in the run and in its bitstream. */
        public Builder place(UnitPlace place) {
            row.set("unit_id", place.unitId());
            return repeat(place.repeat()).partitionId(place.partitionId()).cu(place.cu());
        }

        /** Sets the repeat of the run, from 0. */
        public Builder repeat(int repeat) {
            row.set("repeat", repeat);
            return this;
        }

        /** Sets the partition, from 0. */
        public Builder partitionId(int partitionId) {
            row.set("partition_id", partitionId);
            return this;
        }

        /** Sets the host. */
        public Builder host(String host) {
            row.set("host", host);
            return this;
        }

        /** Sets the card. */
        public Builder device(String device) {
            row.set("device", device);
            return this;
        }

        /** Sets the instance of the unit within its bitstream, from 1. */
        public Builder cu(int cu) {
            row.set("cu", cu);
            return this;
        }

        /** Sets the number of the grid. */
        public Builder gridId(long gridId) {
            row.set("grid_id", gridId);
            return this;
        }

        /** Returns the event. The builder must not be used after that. */
        public EventRecord build(String message) {
            return new EventRecord(kind, row.set("message", message).build());
        }
    }
}
