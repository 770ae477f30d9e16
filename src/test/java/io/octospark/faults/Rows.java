package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import java.io.IOException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What the tables of a results folder have, read without faults. */
final class Rows {
    /** A grid's result, bit by bit. */
    record Result(List<Double> chi, List<Double> residualHistory) {
        static Result of(Row row) {
            return new Result(
                    List.copyOf(row.<Double>getList(row.fieldIndex("chi"))),
                    List.copyOf(row.<Double>getList(row.fieldIndex("residual_history"))));
        }
    }

    private final SparkSession spark;
    private final Path folder;

    /** @param folder the results folder, of any file system */
    Rows(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = new Path(folder);
    }

    Rows(SparkSession spark, java.nio.file.Path folder) {
        this(spark, folder.toString());
    }

    private FileSystem files() throws IOException {
        return folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    }

    private List<Row> rows(ResultTable table) throws IOException {
        return files().exists(folder)
                ? new ResultStore(spark, folder.toString()).read(table).collectAsList()
                : List.of();
    }

    /** The runs that the folder has rows of. */
    List<String> runs() throws IOException {
        FileStatus[] files = files().globStatus(new Path(folder, "runs/run_id=*/*.parquet"));
        return Arrays.stream(files == null ? new FileStatus[0] : files)
                .map(file -> file.getPath().getParent().getName().substring("run_id=".length()))
                .distinct()
                .toList();
    }

    /** The results of the first repeat by grid. */
    Map<Long, Result> results() throws IOException {
        Map<Long, Result> results = new HashMap<>();
        for (Row row : rows(ResultTable.GRIDS)) {
            if (row.<Integer>getAs("repeat") == 0) {
                results.put(row.<Long>getAs("grid_id"), Result.of(row));
            }
        }
        return results;
    }

    /**
     * Makes sure that the folder's only run is complete: each grid of each repeat done once with the right result, and
     * nothing left of what was under way.
     *
     * @param expected results by backend and grid
     */
    void assertComplete(int grids, int repeats, Map<String, Map<Long, Result>> expected) throws IOException {
        Map<String, Integer> done = new TreeMap<>();
        for (Row row : rows(ResultTable.GRIDS)) {
            if (!row.<String>getAs("status").equals("done")) {
                continue;
            }
            long grid = row.<Long>getAs("grid_id");
            done.merge(row.<Integer>getAs("repeat") + "/" + grid, 1, Integer::sum);
            String backend = row.<String>getAs("backend");
            assertThat(Result.of(row))
                    .as("grid %d on %s", grid, backend)
                    .isEqualTo(expected.get(backend).get(grid));
        }
        Map<String, Integer> once = new TreeMap<>();
        for (int repeat = 0; repeat < repeats; repeat++) {
            for (int grid = 0; grid < grids; grid++) {
                once.put(repeat + "/" + grid, 1);
            }
        }
        assertThat(done).as("rows of each repeat/grid").isEqualTo(once);
        List<Row> runs = new ArrayList<>(rows(ResultTable.RUNS));
        assertThat(runs).extracting(row -> row.<String>getAs("run_id")).containsOnly(runs().get(0));
        Row latest = runs.stream()
                .filter(row -> row.getAs("ended_at") != null)
                .max(Comparator.comparing(row -> row.<Timestamp>getAs("ended_at")))
                .orElseThrow();
        assertThat(latest.<String>getAs("status")).isEqualTo("complete");
        assertThat(latest.<Long>getAs("grids_done")).isEqualTo((long) grids * repeats);
        assertThat(latest.<Long>getAs("grids_expected")).isEqualTo((long) grids * repeats);
        assertThat(unfinished(folder)).as("what is left of the work").isEmpty();
    }

    /** Names that no table has, in a folder and in those in it. */
    private List<Path> unfinished(Path within) throws IOException {
        List<Path> found = new ArrayList<>();
        for (FileStatus file : files().listStatus(within)) {
            if (file.getPath().getName().startsWith("_")) {
                found.add(file.getPath());
            } else if (file.isDirectory()) {
                found.addAll(unfinished(file.getPath()));
            }
        }
        return found;
    }
}
