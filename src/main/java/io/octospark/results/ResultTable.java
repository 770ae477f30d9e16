package io.octospark.results;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of a results folder. Each is a folder of Parquet files, partitioned by {@code run_id} and only ever
 * appended to; {@code docs/results.md} says what the columns mean.
 */
public enum ResultTable {
    /** A row at the start of a run and one at each end: a run that is resumed ends more than once. */
    RUNS("experiment string, status string, started_at timestamp, ended_at timestamp, wall_seconds double,"
            + " master string, backend string, nodes int, compute_units int, grids_expected bigint,"
            + " grids_done bigint, spark_version string, app_version string, git_commit string,"
            + " config_json string, schema_version int, operator string, config_hash string, data_hash string,"
            + " options_json string"),
    /** A row for each partition and repeat: the task attempt that succeeded. */
    UNITS("repeat int, partition_id int, id int, cu int, host string, device string, bitstream string,"
            + " xclbin_uuid string, backend string, executor_id string, attempt int, grids bigint,"
            + " dot_seconds double, upd_seconds double, host_seconds double, time_seconds double,"
            + " dot_calls bigint, upd_calls bigint, h2d_bytes bigint, d2h_bytes bigint,"
            + " busy_share double, started_at timestamp"),
    /** A row for each grid and repeat; one that failed and was done when the run was resumed has a row of either. */
    GRIDS("repeat int, grid_id bigint, partition_id int, cu int, status string, stop_reason string, iterations int,"
            + " converged boolean, residual double, residual_history array<double>, chi array<double>,"
            + " model_error double, seconds double, error string, data_source string, same_operator boolean,"
            + " ssim double, backend string"),
    /** A row for each partition, repeat and phase that happened. */
    TIMINGS("repeat int, partition_id int, phase string, calls bigint, total_ns bigint, min_ns bigint, max_ns bigint,"
            + " bytes bigint"),
    /** A row for each look at a device's sensors. */
    DEVICE_SAMPLES("repeat int, host string, device string, sampled_at timestamp, power_watts double,"
            + " temperature_celsius double, joules double, source string, scope string"),
    /** A row for each thing that went another way than planned. */
    EVENTS("at timestamp, kind string, repeat int, partition_id int, unit_id int, host string, device string, cu int,"
            + " grid_id bigint, message string");

    /** Version of the tables' columns, in {@code runs.schema_version}. A version only adds columns to the one before. */
    public static final int SCHEMA_VERSION = 4;

    /** The column that the tables are partitioned by. */
    public static final String RUN_ID = "run_id";

    @SuppressWarnings("ImmutableEnumChecker") // a StructType never changes
    private final StructType dataSchema;

    ResultTable(String columns) {
        dataSchema = StructType.fromDDL(columns);
    }

    /** Name of the table and of its folder. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The columns in the Parquet files: all but {@code run_id}. */
    public StructType dataSchema() {
        return dataSchema;
    }

    /** All columns, {@code run_id} first. */
    public StructType schema() {
        StructField runId = DataTypes.createStructField(RUN_ID, DataTypes.StringType, true);
        List<StructField> fields = Stream.concat(Stream.of(runId), Arrays.stream(dataSchema.fields()))
                .toList();
        return DataTypes.createStructType(fields);
    }
}
