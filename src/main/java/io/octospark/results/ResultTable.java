package io.octospark.results;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of a results folder. Each is a folder of Parquet files, partitioned by {@code run_id} and only ever appended
 * to; {@code docs/results.md} says what the columns mean. Rows are written by column name, see {@link #row()}.
 */
public enum ResultTable {
    /** A row at the start of a run and one at each end: a run that is resumed ends more than once. */
    RUNS("""
            experiment string NOT NULL, status string NOT NULL, started_at timestamp, ended_at timestamp,
            wall_seconds double, master string, backend string NOT NULL, nodes int, compute_units int NOT NULL,
            grids_expected bigint NOT NULL, grids_done bigint NOT NULL, spark_version string, app_version string,
            git_commit string, config_json string NOT NULL, schema_version int NOT NULL, operator string,
            config_hash string, data_hash string, options_json string"""),
    /** A row for each partition and repeat: the task attempt that succeeded. */
    UNITS("""
            repeat int NOT NULL, partition_id int NOT NULL, id int NOT NULL, cu int NOT NULL, host string, device string,
            bitstream string, xclbin_uuid string, backend string NOT NULL, executor_id string, attempt int NOT NULL,
            grids bigint NOT NULL, dot_seconds double NOT NULL, upd_seconds double NOT NULL, host_seconds double,
            time_seconds double NOT NULL, dot_calls bigint, upd_calls bigint, h2d_bytes bigint, d2h_bytes bigint,
            busy_share double, started_at timestamp"""),
    /** A row for each grid and repeat; a grid that failed and was done when the run was resumed has one row for each. */
    GRIDS("""
            repeat int NOT NULL, grid_id bigint NOT NULL, partition_id int NOT NULL, cu int NOT NULL,
            status string NOT NULL, stop_reason string NOT NULL, iterations int NOT NULL, converged boolean NOT NULL,
            residual double, residual_history array<double> NOT NULL, chi array<double>, model_error double,
            seconds double NOT NULL, error string, data_source string NOT NULL, same_operator boolean, ssim double,
            backend string NOT NULL, error_code string"""),
    /** A row for each partition, repeat and phase that happened. */
    TIMINGS("""
            repeat int NOT NULL, partition_id int NOT NULL, phase string NOT NULL, calls bigint,
            total_ns bigint NOT NULL, min_ns bigint, max_ns bigint, bytes bigint"""),
    /** A row for each reading of a device's sensors. */
    DEVICE_SAMPLES("""
            repeat int NOT NULL, host string NOT NULL, device string NOT NULL, sampled_at timestamp NOT NULL,
            power_watts double NOT NULL, temperature_celsius double, joules double NOT NULL, source string NOT NULL,
            scope string NOT NULL"""),
    /** A row for each deviation from the plan. */
    EVENTS("""
            at timestamp NOT NULL, kind string NOT NULL, repeat int, partition_id int, unit_id int, host string,
            device string, cu int, grid_id bigint, message string""");

    /** Version of the tables' columns, in {@code runs.schema_version}. A version only adds columns to the one before. */
    public static final int SCHEMA_VERSION = 5;

    /** The column that the tables are partitioned by. */
    public static final String RUN_ID = "run_id";

    @SuppressWarnings("ImmutableEnumChecker") // a StructType never changes
    private final StructType columns;

    @SuppressWarnings("ImmutableEnumChecker")
    private final StructType dataSchema;

    /** @param columns as Spark's DDL has them; NOT NULL if every new row has a value */
    ResultTable(String columns) {
        this.columns = StructType.fromDDL(columns);
        dataSchema = new StructType(Arrays.stream(this.columns.fields())
                .map(column -> nullable(column.name(), column.dataType()))
                .toArray(StructField[]::new));
    }

    private static StructField nullable(String name, DataType type) {
        return DataTypes.createStructField(name, type, true);
    }

    /** Name of the table and of its folder. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The columns, nullable unless every new row has a value. */
    StructType columns() {
        return columns;
    }

    /** Starts a row. */
    public RowBuilder row() {
        return new RowBuilder(this);
    }

    /** The columns in the Parquet files: all but {@code run_id}. All are nullable there: older files lack some. */
    public StructType dataSchema() {
        return dataSchema;
    }

    /** All columns, {@code run_id} first. */
    public StructType schema() {
        return new StructType(
                Stream.concat(Stream.of(nullable(RUN_ID, DataTypes.StringType)), Arrays.stream(dataSchema.fields()))
                        .toArray(StructField[]::new));
    }
}
