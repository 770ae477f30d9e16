package io.octospark.results;

import java.sql.Timestamp;
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
 * @param wallSeconds time at work, of all that worked on the run; null at the start
 * @param identity what a resumed run must have in common with the one it was
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
        String configJson,
        Double wallSeconds,
        Identity identity) {

    /**
     * What makes two runs the same computation.
     *
     * @param operator form of the operator
     * @param configHash hash of the configuration
     * @param dataHash hash of the data sets
     * @param optionsJson options of placement
     */
    public record Identity(String operator, String configHash, String dataHash, String optionsJson) {}

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

        /** The name in the table. */
        public String key() {
            return key;
        }
    }

    /** The same run at its end. */
    public RunRecord ended(Status how, Instant at, double atWork, Integer onNodes, long done) {
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
                configJson,
                atWork,
                identity);
    }

    public Row toRow() {
        return RowFactory.create(
                experiment,
                status.key(),
                Timestamp.from(startedAt),
                endedAt == null ? null : Timestamp.from(endedAt),
                wallSeconds,
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
                ResultTable.SCHEMA_VERSION,
                identity.operator(),
                identity.configHash(),
                identity.dataHash(),
                identity.optionsJson());
    }
}
