package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.data.GridWriter;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.data.NpyWriter;
import io.octospark.error.ErrorCode;
import io.octospark.model.Contrast;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.spark.LocalSpark;
import io.octospark.spark.ParquetGrids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-spark")
class ReconstructionJobTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int GRIDS = 5;

    /** An odd grid and unequal numbers of sources and receivers: small, and nothing comes out even. */
    private static final Grid GRID = Grid.of(5, 7, new Position(-300, 0), new Position(300, 300));

    private static final ModelGenerator MODELS = new ModelGenerator(ModelKind.BLOCKY, GRID, 2000, 0.2, 11);

    private static SparkSession spark;

    @TempDir
    private Path folder;

    private ObjectNode config;
    private OperatorForm operator = OperatorForm.DENSE;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    @BeforeEach
    void notebookSurveyOnASmallGrid() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.remove("kernels");
        config.put("replicate", 1);
        ObjectNode fwi = (ObjectNode) config.get("fwi");
        fwi.putObject("ngrid").put("x", GRID.nx()).put("z", GRID.nz());
        fwi.put("nSources", 4).put("nReceivers", 5);
        ((ObjectNode) fwi.get("Freq")).put("nTotal", 3);
        config.put("data", writeText("blocky.txt", blocky()));
    }

    private static List<double[]> blocky() {
        List<double[]> grids = new ArrayList<>();
        for (int id = 0; id < GRIDS; id++) {
            grids.add(MODELS.contrast(id));
        }
        return grids;
    }

    private String writeText(String name, List<double[]> grids) throws IOException {
        Path file = folder.resolve(name);
        List<String> lines = new ArrayList<>();
        for (double[] grid : grids) {
            for (double value : grid) {
                lines.add(Double.toString(value));
            }
        }
        Files.write(file, lines);
        return file.toString();
    }

    private RunSummary run(String results, Optional<Long> grids, Optional<Integer> units) throws IOException {
        return job(results, grids, units).run(new Progress());
    }

    private RunSummary run(String results) throws IOException {
        return run(results, Optional.empty(), Optional.empty());
    }

    private ReconstructionJob job(String results, Optional<Long> grids, Optional<Integer> units) throws IOException {
        return job(results, grids, units, 1);
    }

    private ReconstructionJob job(String results, Optional<Long> grids, Optional<Integer> units, int partitionsPerUnit)
            throws IOException {
        Path file = folder.resolve("experiment.json");
        Files.writeString(file, config.toString());
        Experiment experiment = ExperimentReader.read(file, Optional.empty());
        RunOptions.Builder options = RunOptions.on(new CpuBackend(experiment.precision(), operator))
                .results(folder.resolve(results).toString())
                .partitionsPerUnit(partitionsPerUnit);
        grids.ifPresent(options::grids);
        units.ifPresent(options::units);
        return ReconstructionJob.of(spark, experiment, options.build());
    }

    private List<Row> rows(String results, ResultTable table, String... order) {
        return new ResultStore(spark, folder.resolve(results).toString())
                .read(table)
                .orderBy(order[0], order)
                .collectAsList();
    }

    private List<Row> grids(String results) {
        return rows(results, ResultTable.GRIDS, "repeat", "grid_id");
    }

    @ParameterizedTest
    @EnumSource(
            value = OperatorForm.class,
            names = {"REDUCED", "GRAM"})
    void theFormOfTheOperatorMakesNoDifference(OperatorForm form) throws IOException {
        run("dense");
        operator = form;
        run("other");

        List<Row> expected = grids("dense");
        assertThat(grids("other")).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Row grid = grids("other").get(i);
            assertThat(grid.<Long>getAs("grid_id")).isEqualTo(expected.get(i).<Long>getAs("grid_id"));
            assertThat(grid.<Integer>getAs("iterations"))
                    .isEqualTo(expected.get(i).<Integer>getAs("iterations"));
            assertThat(grid.<Double>getAs("residual"))
                    .isCloseTo(expected.get(i).<Double>getAs("residual"), within(1e-12));
            assertThat(grid.<Double>getAs("model_error"))
                    .isCloseTo(expected.get(i).<Double>getAs("model_error"), within(1e-10));
        }
    }

    @Test
    void unitsMayHaveSeveralPartitions() throws IOException {
        run("one", Optional.empty(), Optional.of(2));
        RunSummary summary = job("three", Optional.empty(), Optional.of(2), 3).run(new Progress());

        assertThat(summary.units()).isEqualTo(2);
        assertThat(rows("three", ResultTable.RUNS, "ended_at"))
                .allSatisfy(
                        run -> assertThat(run.<Integer>getAs("compute_units")).isEqualTo(2));
        assertThat(rows("three", ResultTable.UNITS, "partition_id"))
                .extracting(unit -> unit.<Integer>getAs("id"))
                .containsExactly(1, 2, 1, 2, 1);
        assertThat(grids("three"))
                .extracting(grid -> grid.getList(grid.fieldIndex("chi")))
                .isEqualTo(grids("one").stream()
                        .map(grid -> grid.getList(grid.fieldIndex("chi")))
                        .toList());
    }

    @Test
    void leavesARowForEveryGridUnitPhaseAndRun() throws IOException {
        RunSummary summary = run("r", Optional.empty(), Optional.of(2));

        List<Row> grids = grids("r");
        assertThat(grids).hasSize(GRIDS).allSatisfy(grid -> {
            assertThat(grid.<String>getAs("run_id")).isEqualTo(summary.runId());
            assertThat(grid.<String>getAs("status")).isEqualTo("done");
            assertThat(grid.<Boolean>getAs("converged")).isTrue();
            assertThat(grid.<String>getAs("error")).isNull();
            assertThat(grid.<String>getAs("error_code")).isNull();
            assertThat(grid.getList(grid.fieldIndex("chi"))).hasSize(GRID.cells());
            assertThat(grid.getList(grid.fieldIndex("residual_history"))).hasSize(grid.getAs("iterations"));
            assertThat(grid.<Double>getAs("model_error")).isBetween(0.0, 1.0);
            assertThat(grid.<Double>getAs("seconds")).isPositive();
        });
        assertThat(grids).extracting(grid -> grid.<Long>getAs("grid_id")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(grids)
                .extracting(grid -> grid.<Integer>getAs("partition_id"))
                .containsExactly(0, 0, 0, 1, 1);

        long iterations = grids.stream()
                .mapToLong(grid -> grid.<Integer>getAs("iterations"))
                .sum();
        List<Row> units = rows("r", ResultTable.UNITS, "id");
        assertThat(units).extracting(unit -> unit.<Integer>getAs("id")).containsExactly(1, 2);
        assertThat(units).extracting(unit -> unit.<Integer>getAs("cu")).containsExactly(1, 2);
        assertThat(units).extracting(unit -> unit.<Long>getAs("grids")).containsExactly(3L, 2L);
        // One update a pass: the first step makes up for the last pass, which stops before its own.
        assertThat(units.stream()
                        .mapToLong(unit -> unit.<Long>getAs("upd_calls"))
                        .sum())
                .isEqualTo(iterations);
        assertThat(units.stream()
                        .mapToLong(unit -> unit.<Long>getAs("dot_calls"))
                        .sum())
                .isEqualTo(2 * iterations);
        assertThat(units).allSatisfy(unit -> assertThat(unit.<Double>getAs("time_seconds"))
                .isGreaterThan(unit.<Double>getAs("dot_seconds") + unit.<Double>getAs("upd_seconds")));

        assertThat(rows("r", ResultTable.TIMINGS, "partition_id"))
                .extracting(timing -> timing.<String>getAs("phase"))
                .contains("alloc", "dotprod", "update", "host_math", "write");

        assertThat(summary.grids()).isEqualTo(GRIDS);
        assertThat(summary.work().converged()).isEqualTo(GRIDS);
        assertThat(summary.failed()).isZero();
        assertThat(summary.work().iterations()).isEqualTo(iterations);
        assertThat(summary.units()).isEqualTo(2);
        assertThat(summary.wallSeconds()).isPositive();
    }

    @Test
    void aRunHasARowAtItsStartAndOneAtItsEnd() throws IOException {
        String first = run("r").runId();
        String second = run("r").runId();

        List<Row> runs = rows("r", ResultTable.RUNS, "run_id");
        assertThat(runs).hasSize(4);
        new ResultStore(spark, folder.resolve("r").toString()).createViews();
        List<Row> latest = spark.sql("SELECT * FROM runs ORDER BY started_at").collectAsList();
        assertThat(latest).extracting(run -> run.<String>getAs("run_id")).containsExactly(first, second);
        assertThat(latest).allSatisfy(run -> {
            assertThat(run.<String>getAs("status")).isEqualTo("complete");
            assertThat(run.<String>getAs("experiment")).isEqualTo("notebook");
            assertThat(run.<Object>getAs("ended_at")).isNotNull();
            assertThat(run.<Integer>getAs("compute_units")).isEqualTo(2);
            assertThat(run.<Integer>getAs("nodes")).isEqualTo(1);
            assertThat(run.<Long>getAs("grids_expected")).isEqualTo(GRIDS);
            assertThat(run.<Long>getAs("grids_done")).isEqualTo(GRIDS);
            assertThat(run.<String>getAs("backend")).isEqualTo("cpu");
            assertThat(run.<String>getAs("master")).isEqualTo("local[2,2]");
            assertThat(run.<String>getAs("spark_version")).isEqualTo(spark.version());
            assertThat(MAPPER.readTree(run.<String>getAs("config_json"))).isEqualTo(config);
            assertThat(run.<Integer>getAs("schema_version")).isEqualTo(ResultTable.SCHEMA_VERSION);
        });
        assertThat(runs)
                .filteredOn(run -> run.<Object>getAs("ended_at") == null)
                .extracting(run -> run.<String>getAs("status"))
                .containsExactly("partial", "partial");
        // When tasks ran, by the clocks of the units, is within what the driver says of the run.
        assertThat(spark.sql("SELECT start_seconds, end_seconds, driver_gap_after_seconds FROM v_stragglers")
                        .collectAsList())
                .hasSize(4)
                .allSatisfy(task -> assertThat(task.getDouble(0)).isPositive().isLessThan(task.getDouble(1)))
                .filteredOn(task -> !task.isNullAt(2))
                .hasSize(2)
                .allSatisfy(task -> assertThat(task.getDouble(2)).isPositive());
    }

    @Test
    void theNumberOfUnitsChangesNoBit() throws IOException {
        run("r1", Optional.empty(), Optional.of(1));
        List<Row> expected = withoutPlace(grids("r1"));
        for (int units : new int[] {2, 7}) {
            run("r" + units, Optional.empty(), Optional.of(units));
            assertThat(withoutPlace(grids("r" + units))).isEqualTo(expected);
            assertThat(rows("r" + units, ResultTable.UNITS, "id")).hasSize(units);
        }
    }

    @Test
    void otherFormsOfTheOperatorGiveWhatTheDenseOneGives() throws IOException {
        List<double[]> models = new ArrayList<>();
        for (int id = 0; id < 50; id++) {
            models.add(MODELS.contrast(id));
        }
        models.set(7, new double[GRID.cells()]);
        models.get(20)[3] = 1.5;
        models.get(49)[0] = Double.NaN;
        config.put("data", writeText("many.txt", models));
        run("dense", Optional.empty(), Optional.of(1));
        List<Row> expected = grids("dense");

        for (String results : List.of("gram1", "gram3", "factored2")) {
            operator = OperatorForm.valueOf(
                    results.substring(0, results.length() - 1).toUpperCase(Locale.ROOT));
            int units = results.charAt(results.length() - 1) - '0';
            RunSummary summary = run(results, Optional.empty(), Optional.of(units));
            assertThat(summary.failed()).isEqualTo(2);
            List<Row> actual = grids(results);
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < actual.size(); i++) {
                for (String column : List.of("grid_id", "status", "stop_reason", "iterations", "converged", "error")) {
                    assertThat(actual.get(i).<Object>getAs(column))
                            .as("%s of grid %d", column, i)
                            .isEqualTo(expected.get(i).getAs(column));
                }
                if (actual.get(i).<String>getAs("status").equals("done")) {
                    assertThat(numbers(actual.get(i), "chi"))
                            .containsExactly(numbers(expected.get(i), "chi"), within(1e-10));
                    assertThat(actual.get(i).<Double>getAs("model_error"))
                            .isCloseTo(expected.get(i).getAs("model_error"), within(1e-9));
                }
            }
        }
        assertThat(withoutPlace(grids("gram3"))).isEqualTo(withoutPlace(grids("gram1")));
        assertThat(rows("gram3", ResultTable.TIMINGS, "partition_id"))
                .extracting(timing -> timing.<String>getAs("phase"))
                .contains("alloc", "dotprod", "host_math", "write")
                .doesNotContain("update");
    }

    /** What must not depend on where a grid was computed. Boxed doubles compare bit for bit. */
    private static List<Row> withoutPlace(List<Row> grids) {
        return grids.stream()
                .map(grid -> RowFactory.create(
                        grid.getAs("grid_id"),
                        grid.getAs("status"),
                        grid.getAs("stop_reason"),
                        grid.getAs("iterations"),
                        grid.getAs("residual"),
                        grid.getAs("residual_history"),
                        grid.getAs("chi")))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"npy", "parquet", "velocity"})
    void everyFormatGivesTheSameReconstructions(String format) throws IOException {
        run("text");
        Path file = folder.resolve("blocky." + (format.equals("velocity") ? "parquet" : format));
        switch (format) {
            case "npy" -> {
                try (GridWriter writer =
                        new NpyWriter(new org.apache.hadoop.fs.Path(file.toUri()), GRID, GRIDS, new Configuration())) {
                    for (double[] grid : blocky()) {
                        writer.write(grid);
                    }
                }
            }
            case "parquet" -> ParquetGrids.write(spark, file.toString(), DataKind.CONTRAST, GRIDS, MODELS::contrast);
            default -> {
                config.put("data_kind", "velocity");
                ParquetGrids.write(spark, file.toString(), DataKind.VELOCITY, GRIDS, id -> {
                    double[] chi = MODELS.contrast(id);
                    Arrays.setAll(chi, x -> Contrast.toVelocity(chi[x], 2000));
                    return chi;
                });
            }
        }
        config.put("data", file.toString()).put("replicate", 2);

        run("r", Optional.of(2L * GRIDS - 1), Optional.of(3));

        List<Row> expected = grids("text");
        List<Row> actual = grids("r");
        assertThat(actual)
                .extracting(grid -> grid.<Long>getAs("grid_id"))
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(actual)
                .extracting(grid -> grid.<Integer>getAs("partition_id"))
                .containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2);
        // Contrasts that went through velocities differ in their last bits.
        double tolerance = format.equals("velocity") ? 1e-9 : 0;
        for (int i = 0; i < actual.size(); i++) {
            assertThat(numbers(actual.get(i), "chi"))
                    .containsExactly(numbers(expected.get(i % GRIDS), "chi"), within(tolerance));
        }
    }

    private static double[] numbers(Row row, String column) {
        return row.<Double>getList(row.fieldIndex(column)).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    @Test
    void redundantRepeatsTheRunOverTheSameData() throws IOException {
        config.put("redundant", 3);

        RunSummary summary = run("r");

        assertThat(summary.grids()).isEqualTo(3 * GRIDS);
        List<Row> grids = grids("r");
        assertThat(grids).hasSize(3 * GRIDS);
        for (int i = 0; i < grids.size(); i++) {
            assertThat(grids.get(i).<Integer>getAs("repeat")).isEqualTo(i / GRIDS);
            assertThat(numbers(grids.get(i), "chi")).containsExactly(numbers(grids.get(i % GRIDS), "chi"));
        }
        assertThat(rows("r", ResultTable.UNITS, "repeat", "id"))
                .extracting(unit -> unit.<Integer>getAs("repeat"))
                .containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void gridsThatCanNotBeInvertedFailAlone() throws IOException {
        List<double[]> grids = blocky();
        grids.get(1)[3] = Double.NaN;
        grids.get(2)[0] = 1.5;
        Arrays.fill(grids.get(3), 0);
        config.put("data", writeText("faulty.txt", grids));

        RunSummary summary = run("r");

        assertThat(summary.failed()).isEqualTo(2);
        assertThat(summary.work().converged()).isEqualTo(3);
        List<Row> rows = grids("r");
        assertThat(rows)
                .extracting(grid -> grid.<String>getAs("status"))
                .containsExactly("done", "failed", "failed", "done", "done");
        assertThat(rows.get(1).<String>getAs("error_code")).isEqualTo(ErrorCode.GRID_DATA.name());
        assertThat(rows.get(1).<String>getAs("error"))
                .isEqualTo("grid 1: the contrast of cell 3 is NaN, it must be a finite number below 1");
        assertThat(rows.get(2).<String>getAs("error"))
                .isEqualTo("grid 2: the contrast of cell 0 is 1.5, it must be a finite number below 1");
        assertThat(rows.get(1).<Object>getAs("chi")).isNull();
        assertThat(rows.get(3).<String>getAs("stop_reason")).isEqualTo("zero_data");
        assertThat(rows.get(3).<Boolean>getAs("converged")).isTrue();
        assertThat(rows.get(3).<Integer>getAs("iterations")).isZero();
        assertThat(numbers(rows.get(3), "chi")).containsOnly(0.0);
        new ResultStore(spark, folder.resolve("r").toString()).createViews();
        assertThat(spark.sql("SELECT status, grids_done FROM runs").first().getString(0))
                .isEqualTo("partial");
    }

    @Test
    void kernelsDecideWhichUnitGetsWhat() throws IOException {
        int cells = GRID.cells();
        config.putArray("kernels")
                .add(MAPPER.createObjectNode()
                        .put("path_to_bitstream", "one.xclbin")
                        .put("batch_size", cells))
                .add(MAPPER.createObjectNode()
                        .put("path_to_bitstream", "two.xclbin")
                        .put("no_instances", 2)
                        .put("batch_size", 2 * cells));

        run("r");

        assertThat(grids("r"))
                .extracting(grid -> grid.<Integer>getAs("partition_id"))
                .containsExactly(0, 1, 1, 2, 2);
        assertThat(grids("r")).extracting(grid -> grid.<Integer>getAs("cu")).containsExactly(1, 1, 1, 2, 2);
    }

    @Test
    void aRunThatBreaksSaysSo() throws IOException {
        ReconstructionJob job = job("r", Optional.empty(), Optional.empty());
        Files.delete(Path.of(config.get("data").textValue()));

        assertThatThrownBy(() -> job.run(new Progress()))
                .isInstanceOf(Exception.class)
                .hasNoSuppressedExceptions();

        new ResultStore(spark, folder.resolve("r").toString()).createViews();
        Row run = spark.sql("SELECT * FROM runs").first();
        assertThat(run.<String>getAs("status")).isEqualTo("failed");
        assertThat(run.<Long>getAs("grids_done")).isZero();
        assertThat(grids("r")).isEmpty();
    }

    @Test
    void progressGrowsToAllGrids() throws IOException {
        Progress progress = new Progress();

        job("r", Optional.empty(), Optional.of(2)).run(progress);

        assertThat(progress.total).isEqualTo(GRIDS);
        assertThat(progress.done).isNotEmpty().isSorted().doesNotHaveDuplicates();
        assertThat(progress.closed).isTrue();
    }

    @Test
    void anOperatorLargerThanTheMemoryIsRefused() {
        ObjectNode fwi = (ObjectNode) config.get("fwi");
        fwi.put("nSources", 400).put("nReceivers", 400);
        fwi.putObject("ngrid").put("x", 100).put("z", 100);

        assertThatThrownBy(() -> run("r"))
                .hasMessageContaining(
                        "fwi: the dense operator of 480000 measurements (nTotal * nReceivers * nSources) x"
                                + " 10000 cells has more entries than the limit of 2147483639");

        fwi.put("nSources", 60).put("nReceivers", 60);
        assertThatThrownBy(() -> run("r"))
                .hasMessageContaining("x 10000 cells needs 1647 MiB, an executor has ")
                .hasMessageContaining("raise spark.driver.memory to ");
        assertThat(folder.resolve("r")).doesNotExist();

        fwi.putObject("ngrid").put("x", 120).put("z", 120);
        operator = OperatorForm.GRAM;
        assertThatThrownBy(() -> run("r"))
                .hasMessageContaining(
                        "fwi: the normal operator of 14400 x 14400 cells needs 2373 MiB, an executor has ");
    }

    private static final class Progress implements RunProgress {
        private final List<Long> done = new ArrayList<>();
        private long total;
        private boolean closed;

        @Override
        public void start(String runId, long grids, int units) {
            total = grids;
        }

        @Override
        public synchronized void done(long grids) {
            done.add(grids);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
