package io.octospark.results;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A row of {@link ResultTable#RUNS}.
 *
 * @param experiment name of the experiment
 * @param status what has become of the run
 * @param startedAt when it started
 * @param endedAt when it ended, null at the start
 * @param master Spark's master
 * @param backend what the compute units are
 * @param nodes hosts that computed, null at the start
 * @param computeUnits compute units
 * @param gridsExpected grids of all repeats
 * @param gridsDone grids with status done
 * @param sparkVersion version of Spark
 * @param build the application
 * @param configJson the configuration
 */
public record RunRecord(
        String experiment,
        Status status,
        Instant startedAt,
        Instant endedAt,
        String master,
        String backend,
        Integer nodes,
        int computeUnits,
        long gridsExpected,
        long gridsDone,
        String sparkVersion,
        BuildInfo build,
        String configJson) {

    /** What has become of a run. */
    public enum Status {
        /** All grids are done. */
        COMPLETE("complete"),
        /** Not ended, or ended with some grids failed. */
        PARTIAL("partial"),
        /** Ended by an error. */
        FAILED("failed");

        private final String key;

        Status(String key) {
            this.key = key;
        }

        /** The name in the table. */
        public String key() {
            return key;
        }
    }

    /** The same run at its end. */
    public RunRecord ended(Status how, Instant at, Integer onNodes, long done) {
        return new RunRecord(
                experiment,
                how,
                startedAt,
                at,
                master,
                backend,
                onNodes,
                computeUnits,
                gridsExpected,
                done,
                sparkVersion,
                build,
                configJson);
    }

    public Row toRow() {
        return RowFactory.create(
                experiment,
                status.key(),
                Timestamp.from(startedAt),
                endedAt == null ? null : Timestamp.from(endedAt),
                endedAt == null ? null : Duration.between(startedAt, endedAt).toNanos() / 1e9,
                master,
                backend,
                nodes,
                computeUnits,
                gridsExpected,
                gridsDone,
                sparkVersion,
                build.version(),
                build.gitCommit(),
                configJson,
                ResultTable.SCHEMA_VERSION);
    }
}
