package io.octospark.results;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.error.Problem;
import io.octospark.model.GridRanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A results folder: a local path or any that Hadoop can open. Rows are written through Spark's commit protocol, so that a
 * retried or speculative task leaves no row twice and none in part. Every run writes into its own folders
 * ({@code TABLE/run_id=RUN}), so that runs of several applications do not meet in one commit.
 */
public final class ResultStore {
    /** Folder in which Hadoop's committers keep files that are being written. */
    static final String UNFINISHED = "_temporary";

    /** Size of the block of rows that every task holds in memory. Parquet's default of 128 MB is too much for many tasks. */
    private static final String BLOCK_BYTES = Integer.toString(8 << 20);

    /** Tables that every run writes. */
    private static final Set<ResultTable> OF_EVERY_RUN =
            EnumSet.of(ResultTable.RUNS, ResultTable.UNITS, ResultTable.GRIDS, ResultTable.TIMINGS);

    /** Setting of Spark. A user who has set it has a file system that needs another committer than ours. */
    private static final String COMMITTER = "spark.sql.parquet.output.committer.class";

    private final SparkSession spark;
    private final Path folder;

    /**
     * Numbers of jobs. They start anywhere: a process whose run was taken over may still remove what its jobs have left,
     * which must not be those of the other process.
     */
    private final AtomicInteger writes =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1 << 30));

    public ResultStore(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = qualified(spark, folder);
    }

    /** Returns the folder with scheme and full path. */
    public Path folder() {
        return folder;
    }

    /**
     * Makes the folder, if there is none, before work begins whose results it is to take.
     *
     * @throws InvalidInputException if it can't be written
     */
    public void requireWritable() {
        // Permissions say too little: a file system may be read-only, superusers may do anything, object stores differ.
        Path probe = new Path(folder, "_" + UUID.randomUUID());
        try {
            FileSystem fileSystem = fileSystem(folder);
            if (!fileSystem.mkdirs(folder)) {
                throw new IOException("the folder can't be made");
            }
            try {
                fileSystem.create(probe, false).close();
            } finally {
                fileSystem.delete(probe, false);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.RESULTS_NOT_WRITABLE,
                    "--results = " + folder.toUri().getPath() + ": can't be written: " + Messages.cause(e),
                    "correct the path");
        }
    }

    /** Appends rows of a table that the executors make. */
    public void append(ResultTable table, String runId, JavaRDD<Row> rows) {
        write(table, runId, spark.createDataFrame(rows, table.dataSchema()));
    }

    /** Appends a few rows of a table. */
    public void append(ResultTable table, String runId, List<Row> rows) {
        write(table, runId, spark.createDataFrame(rows, table.dataSchema()).coalesce(1));
    }

    private void write(ResultTable table, String runId, Dataset<Row> rows) {
        // It becomes the name of a folder.
        if (!StoredRun.isName(runId)) {
            throw new InvalidInputException(
                    ErrorCode.NO_SUCH_RUN,
                    "run " + runId
                            + ": rows can be added to runs of letters, digits, dots, dashes and underscores only",
                    "name another run");
        }
        DataFrameWriter<Row> writer = rows.write().mode(SaveMode.Append);
        if (!spark.conf().contains(COMMITTER)) {
            writer.option(COMMITTER, PieceCommitter.class.getName());
        }
        writer.option(PieceCommitter.NUMBER, writes.incrementAndGet())
                // Version 2 shows the rows of a task before those of the whole job are there.
                .option("mapreduce.fileoutputcommitter.algorithm.version", "1")
                // A marker file in every run's folder would only get in the way of other readers.
                .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
                .option("parquet.block.size", BLOCK_BYTES)
                .parquet(path(table, runId).toString());
    }

    /**
     * Makes this process the only one that works on a run, and clears away what an earlier one has left unfinished.
     *
     * @param lost called when another process has taken the run over
     * @throws InvalidInputException if another process works on it
     */
    public RunLock lock(String runId, Runnable lost) throws IOException {
        FileSystem fileSystem = fileSystem(folder);
        RunLock lock = RunLock.take(
                fileSystem instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : fileSystem,
                folder,
                runId,
                lost);
        try {
            clear(runId);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        return lock;
    }

    /** Returns the request that asks the units of a run to stop. */
    public StopRequest stopRequest(String runId) {
        return new StopRequest(new Path(folder, "_stop-" + runId).toUri());
    }

    /** Removes the uncommitted files of a run's jobs. No job may be under way. */
    public void clear(String runId) throws IOException {
        FileSystem fileSystem = fileSystem(folder);
        for (ResultTable table : ResultTable.values()) {
            fileSystem.delete(new Path(path(table, runId), UNFINISHED), true);
        }
        stopRequest(runId).withdraw(spark.sparkContext().hadoopConfiguration());
    }

    /** Returns the grids of a run that are done, for each repeat in turn. */
    public List<GridRanges> done(String runId, int repeats) {
        List<GridRanges> done = new ArrayList<>();
        for (int repeat = 0; repeat < repeats; repeat++) {
            Iterator<Long> ids = rows(ResultTable.GRIDS, runId)
                    .where("status = 'done' AND repeat = " + repeat)
                    .select("grid_id")
                    .orderBy("grid_id")
                    .as(Encoders.LONG())
                    .toLocalIterator();
            done.add(GridRanges.ofSorted(new PrimitiveIterator.OfLong() {
                @Override
                public boolean hasNext() {
                    return ids.hasNext();
                }

                @Override
                public long nextLong() {
                    return ids.next();
                }
            }));
        }
        return done;
    }

    /**
     * What of a run its earlier times at work have left.
     *
     * @param startedAt when it was started
     * @param endedAt when it was last ended, empty if it has not been
     * @param wallSeconds time at work so far: by its latest row, or if its process was killed by the tasks that were committed
     * @param nextPartition a number that no partition has
     */
    public record Past(Instant startedAt, Optional<Instant> endedAt, double wallSeconds, int nextPartition) {}

    /** Returns the number of a run's grids that are done. */
    public long gridsDone(String runId) {
        return rows(ResultTable.GRIDS, runId).where("status = 'done'").count();
    }

    /** Returns what earlier processes have left of a run. */
    public Past past(String runId) {
        Row run = latestPerRun(rows(ResultTable.RUNS, runId))
                .selectExpr("started_at", "ended_at", "wall_seconds")
                .first();
        Row work = rows(ResultTable.UNITS, runId)
                .selectExpr(
                        "max(partition_id)",
                        "max(unix_micros(started_at) / 1e6 + time_seconds) - min(unix_micros(started_at) / 1e6)")
                .first();
        Row grids =
                rows(ResultTable.GRIDS, runId).selectExpr("max(partition_id)").first();
        int lastPartition = Math.max(work.isNullAt(0) ? -1 : work.getInt(0), grids.isNullAt(0) ? -1 : grids.getInt(0));
        double seconds = !run.isNullAt(2) ? run.getDouble(2) : work.isNullAt(1) ? 0 : work.getDouble(1);
        return new Past(
                run.getTimestamp(0).toInstant(),
                Optional.ofNullable(run.getTimestamp(1)).map(Timestamp::toInstant),
                seconds,
                lastPartition + 1);
    }

    /**
     * Makes every table a view of its name in the session, and the {@linkplain ResultView views} over them. Of a run's rows in
     * {@code runs} the view shows the latest; tables that do not exist yet are empty, columns that a file of an older version
     * lacks are null, and files that are not whole are left out.
     *
     * @return for the user, a line for each thing that the views can't show
     * @throws InvalidInputException if the folder does not exist
     */
    public List<String> createViews() {
        requireFolder();
        List<String> notices = missingTables();
        for (ResultTable table : ResultTable.values()) {
            Dataset<Row> rows = read(table, notices);
            if (table == ResultTable.RUNS) {
                rows = latestPerRun(rows);
            }
            rows.createOrReplaceTempView(table.tableName());
        }
        for (ResultView view : ResultView.values()) {
            spark.sql(view.statement());
        }
        notices.addAll(newerRuns());
        return notices.stream().map(Messages::line).toList();
    }

    private void requireFolder() {
        if (!exists(folder)) {
            throw new InvalidInputException(
                    ErrorCode.RESULTS_NOT_FOUND,
                    folder.toUri().getPath() + ": no such results folder",
                    "run an experiment first (octospark run) or name another with --results");
        }
    }

    /**
     * Makes sure that there are runs of these names.
     *
     * @throws InvalidInputException if there are not, or no results at all
     */
    public void requireRuns(Collection<String> runIds) {
        requireFolder();
        List<Problem> unknown = runIds.stream()
                .filter(runId -> rows(ResultTable.RUNS, runId).isEmpty())
                .map(this::noSuchRun)
                .toList();
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(unknown);
        }
    }

    /** Returns the problem of a run that does not exist. */
    public Problem noSuchRun(String runId) {
        return new Problem(
                ErrorCode.NO_SUCH_RUN,
                "run " + runId + ": no such run in " + folder.toUri().getPath(),
                "octospark sql \"SELECT run_id, experiment, started_at FROM runs\" lists them");
    }

    private List<String> missingTables() {
        Set<ResultTable> missing = EnumSet.noneOf(ResultTable.class);
        OF_EVERY_RUN.stream().filter(table -> !exists(path(table))).forEach(missing::add);
        String where = folder.toUri().getPath();
        if (missing.equals(OF_EVERY_RUN)) {
            return new ArrayList<>(List.of(where
                    + ": no results yet; run an experiment first (octospark run) or name another with --results"));
        }
        return missing.stream()
                .map(table -> where + ": no table " + table.tableName() + "; what comes from it is empty")
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private List<String> newerRuns() {
        return spark
                .table(ResultTable.RUNS.tableName())
                .where("schema_version > " + ResultTable.SCHEMA_VERSION)
                .orderBy(ResultTable.RUN_ID)
                .collectAsList()
                .stream()
                .map(run ->
                        ("run %s: written by a newer OctoSpark (schema_version %d, this one knows %d); what it does not know"
                                        + " is left out")
                                .formatted(
                                        run.getAs(ResultTable.RUN_ID),
                                        run.<Integer>getAs("schema_version"),
                                        ResultTable.SCHEMA_VERSION))
                .toList();
    }

    /** Returns all rows of a table that are in whole files. */
    public Dataset<Row> read(ResultTable table) {
        return read(table, new ArrayList<>());
    }

    /** Returns the rows of a table that belong to a run. */
    public Dataset<Row> rows(ResultTable table, String runId) {
        return read(table).where(functions.col(ResultTable.RUN_ID).equalTo(runId));
    }

    /** Returns the rows of a table that are in whole files, and adds a notice for each other file. */
    private Dataset<Row> read(ResultTable table, List<String> notices) {
        Path path = path(table);
        TableFiles files = exists(path) ? files(path) : new TableFiles(List.of(), List.of());
        notices.addAll(files.notices());
        if (files.whole().isEmpty()) {
            return spark.createDataFrame(List.of(), table.schema());
        }
        String[] names = table.schema().fieldNames();
        Column[] columns = new Column[names.length];
        for (int i = 0; i < names.length; i++) {
            columns[i] = functions.col(names[i]);
        }
        DataFrameReader reader = spark.read().schema(table.schema()).option("basePath", path.toString());
        // File by file only if Spark must not open all files.
        return (files.notices().isEmpty()
                        ? reader.parquet(path.toString())
                        : reader.parquet(files.whole().toArray(String[]::new)))
                .select(columns);
    }

    private TableFiles files(Path table) {
        try {
            return TableFiles.of(fileSystem(table), table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(ResultTable table, String runId) {
        return new Path(path(table), ResultTable.RUN_ID + "=" + runId);
    }

    private Path path(ResultTable table) {
        return new Path(folder, table.tableName());
    }

    private static Dataset<Row> latestPerRun(Dataset<Row> runs) {
        String order = "row_number() OVER (PARTITION BY run_id ORDER BY ended_at DESC NULLS LAST)";
        return runs.withColumn("latest", functions.expr(order))
                .where("latest = 1")
                .drop("latest");
    }

    private boolean exists(Path path) {
        try {
            return fileSystem(path).exists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileSystem fileSystem(Path path) throws IOException {
        return path.getFileSystem(spark.sparkContext().hadoopConfiguration());
    }

    private static Path qualified(SparkSession spark, String folder) {
        try {
            Path path = new Path(folder);
            FileSystem fileSystem = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
            if (fileSystem.exists(path) && !fileSystem.getFileStatus(path).isDirectory()) {
                throw new InvalidInputException(
                        ErrorCode.RESULTS_NOT_READABLE, "--results = " + folder + ": is a file", "name a folder");
            }
            return fileSystem.makeQualified(path);
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            throw new InvalidInputException(
                    ErrorCode.RESULTS_NOT_READABLE,
                    "--results = " + folder + ": can't be opened: " + Messages.cause(e),
                    "correct the path");
        }
    }
}
