package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    Rows(SparkSession spark, Path folder) {
        this.spark = spark;
        this.folder = folder;
    }

    private List<Row> rows(ResultTable table) {
        return Files.exists(folder)
                ? new ResultStore(spark, folder.toString()).read(table).collectAsList()
                : List.of();
    }

    /** The runs that the folder has rows of. */
    List<String> runs() {
        return rows(ResultTable.RUNS).stream()
                .map(row -> row.<String>getAs("run_id"))
                .distinct()
                .toList();
    }

    /** The results of the first repeat by grid. */
    Map<Long, Result> results() {
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
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(folder::relativize).map(Path::toString).filter(name -> name.matches("(.*/)?\\.?_.*")))
                    .as("what is left of the work")
                    .isEmpty();
        }
    }
}
