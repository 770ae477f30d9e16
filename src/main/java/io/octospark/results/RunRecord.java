package io.octospark.results;

import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * A row of {@link ResultTable#RUNS}.
 *
 * @param identity what the run computes
 * @param environment what it runs on
 * @param startedAt when it started
 * @param gridsExpected grids of all repeats
 * @param gridsDone grids with status done
 * @param end how it ended; empty at the start
 */
public record RunRecord(
        Identity identity,
        Environment environment,
        Instant startedAt,
        long gridsExpected,
        long gridsDone,
        Optional<End> end) {

    /**
     * What a run computes. A run that is resumed computes the same.
     *
     * @param experiment name of the experiment
     * @param configJson the configuration
     * @param operator form of the operator
     * @param configHash hash of the configuration
     * @param dataHash hash of the data sets
     * @param optionsJson options of placement
     */
    public record Identity(
            String experiment,
            String configJson,
            String operator,
            String configHash,
            String dataHash,
            String optionsJson) {}

    /**
     * What a run runs on.
     *
     * @param master Spark's master
     * @param backend what the compute units are
     * @param computeUnits number of compute units
     * @param sparkVersion version of Spark
     * @param build the application
     */
    public record Environment(String master, String backend, int computeUnits, String sparkVersion, BuildInfo build) {}

    /**
     * How a run ended.
     *
     * @param status with what success
     * @param at when
     * @param wallSeconds time at work, of all processes that worked on the run
     * @param nodes number of hosts that computed
     */
    public record End(Status status, Instant at, double wallSeconds, int nodes) {}

    /** What has become of a run. */
    public enum Status {
        /** All grids are done. */
        COMPLETE("complete"),
        /** Not ended, stopped, or ended with some grids failed. */
        PARTIAL("partial"),
        /** Ended by an error. */
        FAILED("failed");

        private final String key;

        Status(String key) {
            this.key = key;
        }

        /** Returns the name in the table. */
        public String key() {
            return key;
        }
    }

    /** Returns the same run at its end. */
    public RunRecord ended(End how, long done) {
        return new RunRecord(identity, environment, startedAt, gridsExpected, done, Optional.of(how));
    }

    /** Returns the row. */
    public Row toRow() {
        return ResultTable.RUNS
                .row()
                .set("experiment", identity.experiment())
                .set("status", end.map(End::status).orElse(Status.PARTIAL).key())
                .set("started_at", startedAt)
                .set("ended_at", end.map(End::at))
                .set("wall_seconds", end.map(End::wallSeconds))
                .set("master", environment.master())
                .set("backend", environment.backend())
                .set("nodes", end.map(End::nodes))
                .set("compute_units", environment.computeUnits())
                .set("grids_expected", gridsExpected)
                .set("grids_done", gridsDone)
                .set("spark_version", environment.sparkVersion())
                .set("app_version", environment.build().version())
                .set("git_commit", environment.build().gitCommit())
                .set("config_json", identity.configJson())
                .set("schema_version", ResultTable.SCHEMA_VERSION)
                .set("operator", identity.operator())
                .set("config_hash", identity.configHash())
                .set("data_hash", identity.dataHash())
                .set("options_json", identity.optionsJson())
                .build();
    }
}
