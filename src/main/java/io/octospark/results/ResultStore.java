package io.octospark.results;

import io.octospark.model.Causes;
import io.octospark.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A results folder: a local path or any that Hadoop can open. Rows are written through Spark's commit protocol, so that a
 * retried or speculative task leaves no row twice and none in part. Every run writes into folders of its own
 * ({@code TABLE/run_id=RUN}), so that runs of several applications do not meet in one commit.
 */
public final class ResultStore {
    /** Every task holds a block of rows in memory until it is written; Parquet's own 128 MB are too much for many tasks. */
    private static final String BLOCK_BYTES = Integer.toString(8 << 20);

    /** Null where no sensor was there: an energy that nobody measured is not 0. */
    private static final String ENERGY = """
            SELECT runs.run_id, joules, joules / nullif(grids_done, 0) AS joules_per_grid
            FROM runs LEFT JOIN (SELECT run_id, sum(joules) AS joules FROM device_samples GROUP BY run_id) AS used
            ON runs.run_id = used.run_id""";

    private final SparkSession spark;
    private final Path folder;

    public ResultStore(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = qualified(spark, folder);
    }

    /** The folder with scheme and full path. */
    public Path folder() {
        return folder;
    }

    /** Appends rows of {@link ResultTable#dataSchema()} that the executors make. */
    public void append(ResultTable table, String runId, JavaRDD<Row> rows) {
        write(table, runId, spark.createDataFrame(rows, table.dataSchema()));
    }

    /** Appends a few rows of {@link ResultTable#dataSchema()}. */
    public void append(ResultTable table, String runId, List<Row> rows) {
        write(table, runId, spark.createDataFrame(rows, table.dataSchema()).coalesce(1));
    }

    private void write(ResultTable table, String runId, Dataset<Row> rows) {
        Path target = new Path(new Path(folder, table.tableName()), ResultTable.RUN_ID + "=" + runId);
        rows.write()
                .mode(SaveMode.Append)
                // A marker file in every run's folder would only be in the way of other readers.
                .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
                .option("parquet.block.size", BLOCK_BYTES)
                .parquet(target.toString());
    }

    /**
     * Makes every table a view of its name in the session. Of a run's rows in {@code runs} the view shows the latest;
     * tables that do not exist yet are empty.
     *
     * @throws InvalidInputException if the folder does not exist
     */
    public void createViews() {
        if (!exists(folder)) {
            throw new InvalidInputException(
                    folder.toUri().getPath()
                            + ": no such results folder; run an experiment first (octospark run) or name another with --results");
        }
        for (ResultTable table : ResultTable.values()) {
            Dataset<Row> rows = read(table);
            if (table == ResultTable.RUNS) {
                rows = latestPerRun(rows);
            }
            rows.createOrReplaceTempView(table.tableName());
        }
        spark.sql(ENERGY).createOrReplaceTempView("energy");
    }

    /** All rows of a table. */
    public Dataset<Row> read(ResultTable table) {
        Path path = new Path(folder, table.tableName());
        if (!exists(path)) {
            return spark.createDataFrame(List.of(), table.schema());
        }
        String[] names = table.schema().fieldNames();
        Column[] columns = new Column[names.length];
        for (int i = 0; i < names.length; i++) {
            columns[i] = functions.col(names[i]);
        }
        return spark.read().schema(table.schema()).parquet(path.toString()).select(columns);
    }

    private static Dataset<Row> latestPerRun(Dataset<Row> runs) {
        String order = "row_number() OVER (PARTITION BY run_id ORDER BY ended_at DESC NULLS LAST)";
        return runs.withColumn("latest", functions.expr(order))
                .where("latest = 1")
                .drop("latest");
    }

    private boolean exists(Path path) {
        try {
            return path.getFileSystem(spark.sparkContext().hadoopConfiguration())
                    .exists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path qualified(SparkSession spark, String folder) {
        try {
            Path path = new Path(folder);
            FileSystem fileSystem = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
            if (fileSystem.exists(path) && !fileSystem.getFileStatus(path).isDirectory()) {
                throw new InvalidInputException("--results = " + folder + ": is a file; name a folder");
            }
            return fileSystem.makeQualified(path);
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            throw new InvalidInputException(
                    "--results = " + folder + ": can't be opened: " + Causes.message(e) + "; correct the path");
        }
    }
}
