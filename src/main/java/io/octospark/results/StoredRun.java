package io.octospark.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.octospark.config.Json;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/**
 * What the tables hold about a run that does not change when the run is resumed. It is read without Spark, because Spark's
 * settings depend on it.
 *
 * @param runId its name
 * @param backend what the compute units are
 * @param gridsExpected grids of all repeats
 * @param identity what it computes
 */
public record StoredRun(String runId, String backend, long gridsExpected, RunRecord.Identity identity) {

    /** The first version of the tables that has hashes. */
    private static final int OLDEST_VERSION = 4;

    /** Names that can't lead out of the folder, and match one run only. */
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,199}";

    /** Returns the number of grids that was asked for, if not all. */
    public Optional<Long> grids() {
        return option("grids").map(JsonNode::longValue);
    }

    /** Returns the number of equal units that was asked for in place of the experiment's kernels, if any. */
    public Optional<Integer> units() {
        return option("units").map(JsonNode::intValue);
    }

    private Optional<JsonNode> option(String name) {
        try {
            return Optional.of(Json.PLAIN.readTree(identity.optionsJson()).path(name))
                    .filter(JsonNode::isNumber);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    ErrorCode.RUN_NOT_RESUMABLE,
                    "--resume = " + runId + ": options_json is damaged",
                    "start a new run");
        }
    }

    /** Returns whether a run can have this name, which becomes the name of a folder. */
    static boolean isName(String runId) {
        return runId.matches(NAME);
    }

    /**
     * Reads a run.
     *
     * @param folder the results folder
     * @throws InvalidInputException if there is no such run, or it was written before runs could be resumed
     */
    public static StoredRun read(String folder, String runId, Configuration configuration) {
        if (!isName(runId)) {
            throw noSuchRun(runId, folder);
        }
        try {
            Path rows = new Path(new Path(folder, ResultTable.RUNS.tableName()), ResultTable.RUN_ID + "=" + runId);
            FileSystem fileSystem = rows.getFileSystem(configuration);
            if (!fileSystem.exists(rows)) {
                throw noSuchRun(runId, folder);
            }
            StoredRun ofAnEnd = null;
            for (String file :
                    TableFiles.of(fileSystem, fileSystem.makeQualified(rows)).whole()) {
                try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), new Path(file))
                        .withConf(configuration)
                        .build()) {
                    Group row = reader.read();
                    if (row != null) {
                        ofAnEnd = of(runId, row);
                        // A row of an end has what was given when the run was resumed.
                        if (row.getFieldRepetitionCount("ended_at") == 0) {
                            return ofAnEnd;
                        }
                    }
                }
            }
            if (ofAnEnd != null) {
                return ofAnEnd;
            }
            throw noSuchRun(runId, folder);
        } catch (IOException | RuntimeException e) {
            if (e instanceof InvalidInputException invalid) {
                throw invalid;
            }
            throw new InvalidInputException(
                    ErrorCode.RESULTS_NOT_READABLE,
                    "--results = " + folder + ": can't be read: " + Messages.cause(e),
                    "correct the path");
        }
    }

    private static StoredRun of(String runId, Group row) {
        int version = row.getType().containsField("schema_version") ? row.getInteger("schema_version", 0) : 0;
        if (version < OLDEST_VERSION) {
            throw new InvalidInputException(
                    ErrorCode.RUN_NOT_RESUMABLE,
                    "--resume = %s: was written by an older OctoSpark (schema_version %d), without what tells whether configuration and data are still the same"
                            .formatted(runId, version),
                    "start a new run");
        }
        if (row.getFieldRepetitionCount("data_hash") == 0) {
            throw new InvalidInputException(
                    ErrorCode.RUN_NOT_RESUMABLE,
                    "--resume = %s: was imported, not computed here".formatted(runId),
                    "start a new run");
        }
        return new StoredRun(
                runId,
                row.getString("backend", 0),
                row.getLong("grids_expected", 0),
                new RunRecord.Identity(
                        row.getString("experiment", 0),
                        row.getString("config_json", 0),
                        row.getString("operator", 0),
                        row.getString("config_hash", 0),
                        row.getString("data_hash", 0),
                        row.getString("options_json", 0)));
    }

    private static InvalidInputException noSuchRun(String runId, String folder) {
        return new InvalidInputException(
                ErrorCode.NO_SUCH_RUN,
                "--resume = " + runId + ": no such run in " + folder,
                "octospark sql \"SELECT run_id, experiment, started_at FROM runs\" lists them");
    }
}
