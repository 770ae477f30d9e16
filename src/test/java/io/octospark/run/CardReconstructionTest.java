package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.TestDesigns;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.config.KernelSpec;
import io.octospark.inversion.ConjugateGradientInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.ReducedData;
import io.octospark.physics.Reduction;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.spark.LocalSpark;
import io.octospark.spark.PressureGrids;
import io.octospark.xrt.emulator.EmulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Experiments on emulated cards, compared with the float64 CPU backend. */
class CardReconstructionTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ROWS = 8000;
    private static final int CELLS = 100;

    private static SparkSession spark;

    @TempDir
    private static Path designs;

    @TempDir
    private Path folder;

    private final Map<String, String> options = new TreeMap<>(Map.of(
            "OCTOSPARK_EMU_CARDS", "1",
            "OCTOSPARK_EMU_BDFS", "",
            "OCTOSPARK_EMU_FAULT", "",
            "OCTOSPARK_EMU_CALL_LOG", "",
            "OCTOSPARK_EMU_SYSFS", "",
            "OCTOSPARK_EMU_TRACE", "",
            "OCTOSPARK_EMU_DOTPROD_MS", "",
            "OCTOSPARK_EMU_UPDATE_MS", ""));

    private ObjectNode config;

    /** Options of the runs on cards. */
    private OperatorForm operator = OperatorForm.DENSE;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    @BeforeEach
    void notebook() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.put("data", Path.of("datasets/10x10_100.txt").toAbsolutePath().toString());
    }

    @AfterEach
    void closeCards() {
        CardPools.ofProcess().close();
        EmulatorOptions.forget(options.keySet());
    }

    private ObjectNode kernel() {
        return (ObjectNode) config.get("kernels").get(0);
    }

    private void bitstream(String path, int instances) {
        kernel().put("path_to_bitstream", path).put("no_instances", instances);
        kernel().remove("functions");
        kernel().remove("batch_size");
    }

    /** Different grids, so that rows which were exchanged show. */
    private void randomGrids(int grids, int cells) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < grids * cells; i++) {
            lines.add(Double.toString(random.nextInt(4) == 0 ? random.nextDouble(0.05, 0.2) : 0));
        }
        config.put("data", Files.write(folder.resolve("grids.txt"), lines).toString());
        config.put("replicate", 1);
    }

    private String run(Optional<Long> grids, Optional<Integer> units, boolean onCards) throws IOException {
        Path file = folder.resolve("experiment.json");
        Files.writeString(file, config.toString());
        Experiment experiment = ExperimentReader.read(file, Optional.empty());
        Backend backend = onCards
                ? new XrtBackend(true, experiment.accelerator(), options, operator)
                : new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE);
        RunOptions.Builder runOptions =
                RunOptions.on(backend).results(folder.resolve("results").toString());
        grids.ifPresent(runOptions::grids);
        units.ifPresent(runOptions::units);
        return ReconstructionJob.of(spark, experiment, runOptions.build())
                .run(RunProgress.SILENT)
                .runId();
    }

    private List<Row> rows(ResultTable table, String runId) {
        List<Row> rows =
                new ArrayList<>(new ResultStore(spark, folder.resolve("results").toString())
                        .read(table)
                        .where("run_id = '" + runId + "'")
                        .collectAsList());
        if (table == ResultTable.GRIDS) {
            rows.sort(Comparator.comparingLong(row -> row.<Long>getAs("grid_id")));
        }
        return rows;
    }

    private static double[] chi(Row grid) {
        return grid.<Double>getList(grid.fieldIndex("chi")).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    /** As many grids, each once and in the same passes, with contrasts that differ by no more than the tolerance. */
    private void assertSameGrids(String actual, String expected, int grids, double tolerance) {
        List<Row> actualRows = rows(ResultTable.GRIDS, actual);
        List<Row> expectedRows = rows(ResultTable.GRIDS, expected);
        assertThat(actualRows).hasSize(grids);
        assertThat(expectedRows).hasSizeGreaterThanOrEqualTo(grids);
        for (int grid = 0; grid < grids; grid++) {
            assertThat(actualRows.get(grid).<Long>getAs("grid_id")).isEqualTo(grid);
            assertThat(actualRows.get(grid).<Integer>getAs("iterations"))
                    .isEqualTo(expectedRows.get(grid).<Integer>getAs("iterations"));
            double[] expectedChi = chi(expectedRows.get(grid));
            double difference = 0;
            double norm = 0;
            for (int cell = 0; cell < expectedChi.length; cell++) {
                difference += Math.pow(chi(actualRows.get(grid))[cell] - expectedChi[cell], 2);
                norm += Math.pow(expectedChi[cell], 2);
            }
            assertThat(Math.sqrt(difference / norm)).as("grid %d", grid).isLessThanOrEqualTo(tolerance);
        }
    }

    // Results

    @Test
    void theNotebookOnACardIsThatOnTheCpu() throws IOException {
        String card = run(Optional.empty(), Optional.empty(), true);
        String cpu = run(Optional.of(1L), Optional.empty(), false);

        assertThat(rows(ResultTable.GRIDS, card)).hasSize(10).allSatisfy(grid -> {
            assertThat(grid.<Integer>getAs("iterations")).isEqualTo(18);
            assertThat(grid.<String>getAs("stop_reason")).isEqualTo("tolerance");
            assertThat(chi(grid)).isEqualTo(chi(rows(ResultTable.GRIDS, card).get(0)));
        });
        assertSameGrids(run(Optional.of(1L), Optional.empty(), true), cpu, 1, 1e-7);

        Row unit = rows(ResultTable.UNITS, card).get(0);
        assertThat(unit.<String>getAs("backend")).isEqualTo("xrt-emulated");
        assertThat(unit.<String>getAs("device")).isEqualTo("0000:3b:00.1");
        assertThat(unit.<String>getAs("bitstream")).isEqualTo("bitstreams/8000_100_1CU/8000_100_1cu.xclbin");
        assertThat(unit.<String>getAs("xclbin_uuid")).matches("[0-9a-f-]{36}");
        // A product for the self-test; for each grid one for the first step, one for each pass but the last, and one
        // for
        // the residual in pass 10.
        assertThat(unit.<Long>getAs("dot_calls")).isEqualTo(1 + 10 * (1 + 17 + 1));
        assertThat(unit.<Long>getAs("upd_calls")).isEqualTo(1 + 10 * (1 + 17));
        long matrix = 8L * ROWS * CELLS;
        assertThat(unit.<Long>getAs("h2d_bytes"))
                .isEqualTo(2 * matrix
                        + unit.<Long>getAs("dot_calls") * 4 * CELLS
                        + unit.<Long>getAs("upd_calls") * 8 * ROWS);
        assertThat(unit.<Long>getAs("d2h_bytes"))
                .isEqualTo(unit.<Long>getAs("dot_calls") * 8 * ROWS + unit.<Long>getAs("upd_calls") * 8 * CELLS);
        assertThat(rows(ResultTable.TIMINGS, card))
                .extracting(row -> row.<String>getAs("phase"))
                .contains("queue", "open", "program", "alloc", "upload", "download", "dotprod", "update", "host_math");
    }

    @Test
    void oneUnitAndTwoGiveTheSameBits() throws Exception {
        randomGrids(6, CELLS);
        bitstream(TestDesigns.create(designs, ROWS, CELLS, 2).toString(), 1);
        String one = run(Optional.empty(), Optional.empty(), true);
        kernel().put("no_instances", 2);
        String two = run(Optional.empty(), Optional.empty(), true);
        CardPools.ofProcess().close();
        options.put("OCTOSPARK_EMU_CARDS", "2");
        String twoCards = run(Optional.empty(), Optional.of(3), true);

        assertThat(rows(ResultTable.UNITS, two))
                .extracting(row -> row.<Integer>getAs("cu"))
                .containsExactlyInAnyOrder(1, 2);
        assertThat(rows(ResultTable.UNITS, twoCards))
                .extracting(row -> row.<String>getAs("device") + "/" + row.<Integer>getAs("cu"))
                .containsExactlyInAnyOrder("0000:3b:00.1/1", "0000:3b:00.1/2", "0000:3c:00.1/1");
        assertSameGrids(two, one, 6, 0);
        assertSameGrids(twoCards, one, 6, 0);
    }

    @Test
    void sixtyGridsEndOnce() throws IOException {
        everyGridEndsOnce(60);
    }

    @Test
    @Tag("nightly")
    void aThousandGridsEndOnce() throws IOException {
        everyGridEndsOnce(1000);
    }

    private void everyGridEndsOnce(int count) throws IOException {
        config.put("replicate", count);
        options.put("OCTOSPARK_EMU_CARDS", "2");
        String run = run(Optional.of((long) count), Optional.of(2), true);

        List<Row> grids = rows(ResultTable.GRIDS, run);
        assertThat(grids).hasSize(count);
        for (int grid = 0; grid < count; grid++) {
            assertThat(grids.get(grid).<Long>getAs("grid_id")).isEqualTo(grid);
            assertThat(chi(grids.get(grid))).isEqualTo(chi(grids.get(0)));
        }
    }

    @ParameterizedTest
    @CsvSource({"bitstreams/5000_100_1CU/5000_100_1cu.xclbin, 1", "bitstreams/5000_100_2CU/5000_100_2cu.xclbin, 2"})
    void aProblemWithMoreRowsThanTheDesignIsTiled(String bitstream, int units) throws IOException {
        randomGrids(3, CELLS);
        bitstream(bitstream, units);
        assertSameGrids(
                run(Optional.empty(), Optional.empty(), true), run(Optional.empty(), Optional.empty(), false), 3, 1e-6);
    }

    @Test
    void aProblemWithMoreCellsThanTheDesignIsTiled() throws IOException {
        ObjectNode fwi = (ObjectNode) config.get("fwi");
        fwi.putObject("ngrid").put("x", 25).put("z", 20);
        // So that rounding can't decide about a pass.
        fwi.put("max", 12);
        ((ObjectNode) fwi.get("Freq")).put("nTotal", 5);
        randomGrids(2, 500);
        bitstream("bitstreams/1000_100_1CU/1000_100_1cu.xclbin", 1);
        assertSameGrids(
                run(Optional.empty(), Optional.empty(), true), run(Optional.empty(), Optional.empty(), false), 2, 1e-6);
    }

    @Test
    void measuredDataOnACard() throws IOException {
        ((ObjectNode) config.get("fwi").get("Freq")).put("nTotal", 6);
        ((ObjectNode) config.get("fwi")).put("nSources", 19);
        randomGrids(4, CELLS);
        bitstream("bitstreams/2500_100_1CU/2500_100_1cu.xclbin", 1);
        Path file = folder.resolve("models.json");
        Files.writeString(file, config.toString());
        String pressure = folder.resolve("pressure.npy").toString();
        PressureGrids.write(spark, ExperimentReader.read(file, Optional.empty()), 0.02, 1, pressure);
        config.put("data", pressure).put("data_kind", "pressure");

        String run = run(Optional.empty(), Optional.empty(), true);

        assertSameGrids(run, run(Optional.empty(), Optional.empty(), false), 4, 1e-6);
        assertThat(rows(ResultTable.GRIDS, run)).allSatisfy(grid -> assertThat(grid.<Double>getAs("model_error"))
                .isNull());
    }

    @Test
    void withoutKernelsTheSmallestFittingDesignOfTheCatalogueIsTaken() throws IOException {
        config.remove("kernels");
        ((ObjectNode) config.get("fwi").get("Freq")).put("nTotal", 6);
        randomGrids(2, CELLS);
        String run = run(Optional.empty(), Optional.empty(), true);

        assertThat(rows(ResultTable.UNITS, run).get(0).<String>getAs("bitstream"))
                .isEqualTo("bitstreams/2500_100_1CU/2500_100_1cu.xclbin");
        assertSameGrids(run, run(Optional.empty(), Optional.empty(), false), 2, 1e-6);
    }

    // Reduced operators

    @Test
    void aReducedOperatorNeedsASmallDesign() throws IOException {
        int rows = 1000;
        config.remove("kernels");
        operator = OperatorForm.REDUCED;
        String card = run(Optional.empty(), Optional.empty(), true);

        assertThat(rows(ResultTable.GRIDS, card)).hasSize(10).allSatisfy(grid -> assertThat(
                        grid.<Integer>getAs("iterations"))
                .isEqualTo(18));
        assertSameGrids(card, run(Optional.empty(), Optional.empty(), false), 10, 1e-6);
        Row unit = rows(ResultTable.UNITS, card).get(0);
        assertThat(unit.<String>getAs("bitstream")).isEqualTo("bitstreams/1000_100_1CU/1000_100_1cu.xclbin");
        // One call for each product, as with the dense operator on a design of all its rows.
        assertThat(unit.<Long>getAs("dot_calls")).isEqualTo(1 + 10 * (1 + 17 + 1));
        assertThat(unit.<Long>getAs("upd_calls")).isEqualTo(1 + 10 * (1 + 17));
        assertThat(unit.<Long>getAs("h2d_bytes"))
                .isEqualTo(2L * 8 * rows * CELLS
                        + unit.<Long>getAs("dot_calls") * 4 * CELLS
                        + unit.<Long>getAs("upd_calls") * 8 * rows);
    }

    @Test
    void dataWithNoiseAreReduced() throws IOException {
        Path file = Files.writeString(folder.resolve("experiment.json"), config.toString());
        Experiment experiment = ExperimentReader.read(file, Optional.empty());
        InversionProblem problem = experiment.problem();
        LinearOperator k = SharedOperators.get(OperatorForm.DENSE, problem.grid(), problem.survey())
                .operator();
        double[] truth = new SplittableRandom(3).doubles(CELLS, 0, 0.2).toArray();
        ComplexVector data = ComplexVector.zeros(k.rows());
        k.forward(truth, data);
        Random random = new Random(5);
        double amplitude = 0.05 * Math.sqrt(data.normSquared() / (2 * ROWS));
        for (int i = 0; i < ROWS; i++) {
            data.re()[i] += amplitude * random.nextGaussian();
            data.im()[i] += amplitude * random.nextGaussian();
        }
        Reconstruction expected = new ConjugateGradientInversion(problem.grid(), problem.inversion()).invert(k, data);

        Backend backend = new XrtBackend(true, experiment.accelerator(), options, OperatorForm.REDUCED);
        Reduction reduction = SharedOperators.get(OperatorForm.REDUCED, problem.grid(), problem.survey());
        UnitAddress address = new UnitAddress(
                null,
                "0",
                "bitstreams/1000_100_1CU/1000_100_1cu.xclbin",
                null,
                new KernelSpec.Function("dotprod_1", List.of()),
                new KernelSpec.Function("update_1", List.of()),
                null);
        try (ComputeUnit<LinearOperator> unit =
                backend.open(address, List.of(), reduction.operator(), new PhaseClock())) {
            ReducedData reduced = reduction.reduce(data);
            Reconstruction actual = new ConjugateGradientInversion(
                            problem.grid(), problem.inversion(), backend.residualRefresh())
                    .invert(unit.products().get(0), reduced.data(), reduced.constant());

            assertThat(actual.stopReason()).isEqualTo(expected.stopReason());
            assertThat(actual.residualHistory())
                    .hasSameSizeAs(expected.residualHistory())
                    .containsExactly(expected.residualHistory(), within(1e-6));
            assertThat(actual.modelError(expected.contrast()).orElseThrow()).isLessThanOrEqualTo(1e-6);
        }
    }

    // Time

    @Test
    void aUnitIsBusyWhileGridsAreInFlight() throws IOException {
        Path log = folder.resolve("calls.csv");
        options.put("OCTOSPARK_EMU_CALL_LOG", log.toString());
        options.put("OCTOSPARK_EMU_DOTPROD_MS", "20");
        options.put("OCTOSPARK_EMU_UPDATE_MS", "4");
        ((ObjectNode) config.get("fwi")).put("max", 5);
        config.put("replicate", 50);
        String run = run(Optional.of(50L), Optional.empty(), true);

        Row unit = rows(ResultTable.UNITS, run).get(0);
        List<long[]> calls = calls(log, "");
        long from = calls.stream().mapToLong(call -> call[0]).min().orElseThrow();
        long to = calls.stream().mapToLong(call -> call[1]).max().orElseThrow();
        double logged = (double) union(calls) / (to - from);
        // On an idle machine they differ by less than 0.001; other programs hold up threads.
        assertThat(unit.<Double>getAs("busy_share")).isCloseTo(logged, within(0.03));
        double dot = union(calls(log, "dotprod")) / 1e9;
        assertThat(unit.<Double>getAs("dot_seconds")).isCloseTo(dot, within(0.03 * dot));
    }

    // Energy

    @Test
    void aPowerTraceGivesItsEnergy() throws IOException {
        options.put("OCTOSPARK_EMU_SYSFS", folder.resolve("sysfs").toString());
        // Seconds since the card was opened, watts, degrees.
        options.put(
                "OCTOSPARK_EMU_TRACE",
                Files.writeString(folder.resolve("trace.txt"), "0 50 40\n2 60 45\n")
                        .toString());
        options.put("OCTOSPARK_EMU_DOTPROD_MS", "20");
        ((ObjectNode) config.get("fwi")).put("max", 5);
        config.put("replicate", 40);
        String card = run(Optional.of(40L), Optional.empty(), true);
        String cpu = run(Optional.of(2L), Optional.empty(), false);

        List<Row> samples = rows(ResultTable.DEVICE_SAMPLES, card);
        long[] times = samples.stream()
                .mapToLong(row -> row.<Timestamp>getAs("sampled_at").getTime())
                .sorted()
                .toArray();
        double seconds = (times[times.length - 1] - times[0]) / 1e3;
        double joules = 50 * 2 + 60 * (seconds - 2);
        assertThat(seconds).isGreaterThan(4);
        new ResultStore(spark, folder.resolve("results").toString()).createViews();
        Row energy = spark.sql("SELECT * FROM v_energy_per_grid WHERE run_id = '" + card + "'")
                .first();
        assertThat(energy.<Double>getAs("joules")).isCloseTo(joules, within(0.01 * joules));
        assertThat(energy.<Double>getAs("joules_per_grid")).isCloseTo(joules / 40, within(0.01 * joules / 40));
        assertThat(samples).allSatisfy(row -> {
            assertThat(row.<String>getAs("device")).isEqualTo("0000:3b:00.1");
            assertThat(row.<String>getAs("source")).isEqualTo("xmc");
            assertThat(row.<String>getAs("scope")).isEqualTo("board");
            assertThat(row.<Double>getAs("temperature_celsius")).isIn(40.0, 45.0);
        });
        Row unknown = spark.sql("SELECT * FROM v_energy_per_grid WHERE run_id = '" + cpu + "'")
                .first();
        assertThat(unknown.<Double>getAs("joules")).isNull();
        assertThat(unknown.<Double>getAs("joules_per_grid")).isNull();
    }

    private static List<long[]> calls(Path log, String kernel) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> line.split(",", -1))
                .filter(fields -> fields[0].equals("call") && fields[3].startsWith(kernel))
                .map(fields -> new long[] {Long.parseLong(fields[4]), Long.parseLong(fields[5])})
                .sorted(Comparator.comparingLong(call -> call[0]))
                .toList();
    }

    /** Length of the union of intervals that are sorted by their starts. */
    private static long union(List<long[]> intervals) {
        long length = 0;
        long end = Long.MIN_VALUE;
        for (long[] interval : intervals) {
            length += Math.max(0, interval[1] - Math.max(interval[0], end));
            end = Math.max(end, interval[1]);
        }
        return length;
    }

    // Faults. A hung unit is never let go of, so that is tested in processes of their own.

    @ParameterizedTest
    @ValueSource(strings = {"error:0:dotprod_1:30", "lost:0:update_1:30", "wrong:0:dotprod_1", "wrong:0:update_1"})
    void theGridsOfAUnitThatFailsFinishOnAnother(String fault) throws IOException {
        randomGrids(8, CELLS);
        String sound = run(Optional.empty(), Optional.of(1), true);
        CardPools.ofProcess().close();
        options.put("OCTOSPARK_EMU_CARDS", "2");
        options.put("OCTOSPARK_EMU_FAULT", fault);
        String run = run(Optional.empty(), Optional.of(2), true);

        assertSameGrids(run, sound, 8, 0);
        boolean midway = !fault.startsWith("wrong");
        assertThat(rows(ResultTable.UNITS, run))
                .filteredOn(unit -> !midway || unit.<Integer>getAs("partition_id") > 0)
                .hasSizeGreaterThan(1)
                .allSatisfy(unit -> assertThat(unit.<String>getAs("device")).isEqualTo("0000:3c:00.1"));
        // Midway the task keeps what is done, and others do the rest; a unit that can't be opened fails its attempt.
        assertThat(rows(ResultTable.UNITS, run))
                .extracting(unit -> unit.<Integer>getAs("attempt"))
                .contains(midway ? 0 : 1);
    }

    @Test
    void theGridsOfAUnitThatFailsWhileTheOthersAreAtWorkFinishOnThem() throws IOException {
        ((ObjectNode) config.get("fwi")).put("max", 5);
        randomGrids(8, CELLS);
        options.put("OCTOSPARK_EMU_CARDS", "2");
        options.put("OCTOSPARK_EMU_FAULT", "error:0:dotprod_1:4");
        options.put("OCTOSPARK_EMU_DOTPROD_MS", "20");
        String run = run(Optional.empty(), Optional.of(2), true);

        assertThat(rows(ResultTable.GRIDS, run))
                .extracting(grid -> grid.<Long>getAs("grid_id"))
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }
}
