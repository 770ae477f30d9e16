package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.Backend;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.inversion.NonLinearInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.TotalFieldOperator;
import io.octospark.physics.forward.ForwardModels;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.spark.LocalSpark;
import io.octospark.spark.PressureGrids;
import io.octospark.xrt.emulator.EmulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Non-linear inversions as runs, on CPU cores and on emulated cards. */
class NonLinearJobTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int CELLS = 6 * 5;
    private static final int GRIDS = 5;
    private static final int OUTER = 3;
    private static final int INNER = 4;

    private static SparkSession spark;

    @TempDir
    private Path folder;

    private final Map<String, String> options = new TreeMap<>(Map.of(
            "OCTOSPARK_EMU_CARDS", "1",
            "OCTOSPARK_EMU_BDFS", "",
            "OCTOSPARK_EMU_FAULT", "",
            "OCTOSPARK_EMU_CALL_LOG", "",
            "OCTOSPARK_EMU_SYSFS", "",
            "OCTOSPARK_EMU_DOTPROD_MS", "",
            "OCTOSPARK_EMU_UPDATE_MS", ""));

    private ObjectNode config;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    @BeforeEach
    void smallExperiment() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.remove("kernels");
        config.put("replicate", 1);
        ObjectNode fwi = (ObjectNode) config.get("fwi");
        fwi.putObject("ngrid").put("x", 6).put("z", 5);
        fwi.put("nSources", 3).put("nReceivers", 4);
        ((ObjectNode) fwi.get("Freq")).put("nTotal", 2).put("max", 15);
        config.set("forward_model", MAPPER.readTree("{\"type\": \"integral\", \"Iter2\": {\"n\": 30}}"));
        config.set(
                "inversion",
                MAPPER.readTree("{\"n_max\": %d, \"Iter1\": {\"n\": %d, \"tolerance\": 0}}".formatted(OUTER, INNER)));
        SplittableRandom random = new SplittableRandom(7);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < GRIDS * CELLS; i++) {
            lines.add(Double.toString(random.nextInt(3) == 0 ? random.nextDouble(0.05, 0.2) : 0));
        }
        config.put("data", Files.write(folder.resolve("models.txt"), lines).toString());
    }

    @AfterEach
    void closeCards() {
        CardPools.ofProcess().close();
        EmulatorOptions.forget(options.keySet());
    }

    private Experiment experiment() throws IOException {
        Path file = folder.resolve("experiment.json");
        Files.writeString(file, config.toString());
        return ExperimentReader.read(file, Optional.empty());
    }

    private static Backend cores(OperatorForm form) {
        return new CpuBackend(Precision.FLOAT64, form);
    }

    private Backend cards() throws IOException {
        return new XrtBackend(true, experiment().accelerator(), options);
    }

    private String run(Backend backend, int units) throws IOException {
        RunOptions runOptions = RunOptions.on(backend)
                .results(folder.resolve("results").toString())
                .units(units)
                .build();
        return ReconstructionJob.of(spark, experiment(), runOptions)
                .run(RunProgress.SILENT)
                .runId();
    }

    private List<Row> rows(ResultTable table, String runId) {
        return new ResultStore(spark, folder.resolve("results").toString())
                .read(table)
                .where("run_id = '" + runId + "'")
                .collectAsList();
    }

    private Map<Long, Row> grids(String runId) {
        Map<Long, Row> byId = new TreeMap<>();
        rows(ResultTable.GRIDS, runId).forEach(row -> byId.put(row.getAs("grid_id"), row));
        return byId;
    }

    private static double[] numbers(Row grid, String column) {
        return grid.<Double>getList(grid.fieldIndex(column)).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    /** Without Spark and units. */
    private Reconstruction expected(int grid) throws IOException {
        return expected(grid, new double[CELLS]);
    }

    private Reconstruction expected(int grid, double[] start) throws IOException {
        InversionProblem problem = experiment().problem();
        double[] truth = Files.readAllLines(folder.resolve("models.txt")).stream()
                .skip((long) grid * CELLS)
                .limit(CELLS)
                .mapToDouble(Double::parseDouble)
                .toArray();
        ComplexVector[][] receiverFields = SharedOperators.receiverFields(problem.grid(), problem.survey());
        ForwardModel model = ForwardModels.of(problem.grid(), problem.survey(), problem.forwardModel());
        TotalFieldOperator k = TotalFieldOperator.of(receiverFields, model, 0, receiverFields.length - 1, truth);
        ComplexVector p = ComplexVector.zeros(k.rows());
        k.forward(truth, p);
        return new NonLinearInversion(problem, receiverFields, model, 1)
                .invert(
                        cores(OperatorForm.FACTORED)
                                .openSlots(null, List.of(), k.rows(), CELLS, new PhaseClock())
                                .products()
                                .get(0),
                        p,
                        start);
    }

    // CPU cores

    @ParameterizedTest
    @EnumSource(
            value = OperatorForm.class,
            names = {"DENSE", "FACTORED"})
    void onCores(OperatorForm form) throws IOException {
        String run = run(cores(form), 2);

        Map<Long, Row> grids = grids(run);
        assertThat(grids).hasSize(GRIDS);
        for (int i = 0; i < GRIDS; i++) {
            Row grid = grids.get((long) i);
            Reconstruction expected = expected(i);
            assertThat(grid.<String>getAs("stop_reason")).isEqualTo("max_iterations");
            assertThat(grid.<Integer>getAs("iterations")).isEqualTo(OUTER * INNER);
            double tolerance = form == OperatorForm.DENSE ? 1e-10 : 0;
            assertThat(numbers(grid, "chi")).containsExactly(expected.contrast(), within(tolerance));
            assertThat(numbers(grid, "residual_history"))
                    .containsExactly(expected.residualHistory(), within(tolerance));
            assertThat(grid.<Double>getAs("model_error")).isBetween(1e-6, 1.0);
        }
        // A task for each of two units; of each grid and frequency one for the data and one for each outer pass but the
        // first.
        long forward = rows(ResultTable.TIMINGS, run).stream()
                .filter(row -> row.<String>getAs("phase").equals("forward"))
                .mapToLong(row -> row.<Long>getAs("calls"))
                .sum();
        assertThat(forward).isEqualTo(GRIDS * 2 * (1 + OUTER - 1));
        assertThat(rows(ResultTable.UNITS, run)).allSatisfy(unit -> {
            double phases = rows(ResultTable.TIMINGS, run).stream()
                    .filter(row -> row.<Integer>getAs("partition_id").equals(unit.<Integer>getAs("partition_id")))
                    .filter(row -> List.of("forward", "host_math").contains(row.<String>getAs("phase")))
                    .mapToLong(row -> row.<Long>getAs("total_ns"))
                    .sum();
            assertThat(unit.<Double>getAs("host_seconds")).isCloseTo(phases / 1e9, within(1e-9));
        });
    }

    @Test
    void inOtherPrecisions() throws IOException {
        Map<Long, Row> exact = grids(run(cores(OperatorForm.FACTORED), 2));
        for (Precision precision : List.of(Precision.FLOAT32, Precision.U280_HOST)) {
            Map<Long, Row> grids = grids(run(new CpuBackend(precision, OperatorForm.DENSE), 2));
            for (Row grid : grids.values()) {
                double[] expected = numbers(exact.get(grid.<Long>getAs("grid_id")), "chi");
                assertThat(numbers(grid, "chi")).isNotEqualTo(expected).containsExactly(expected, within(1e-4));
            }
        }
    }

    @Test
    void finiteDifferencesWithoutRegularisation() throws IOException {
        config.set(
                "forward_model",
                MAPPER.readTree("{\"PMLWidthFactor\": {\"x\": 0, \"z\": 0}, \"SourceParameter\": {\"r\": 0}}"));
        ((ObjectNode) config.get("inversion")).put("do_reg", false);
        Map<Long, Row> grids = grids(run(cores(OperatorForm.FACTORED), 2));

        for (int i = 0; i < GRIDS; i++) {
            assertThat(numbers(grids.get((long) i), "chi"))
                    .isEqualTo(expected(i).contrast());
        }
    }

    // The model to start from

    private void startFrom(List<String> lines, String kind) throws IOException {
        Files.write(folder.resolve("start.txt"), lines);
        ((ObjectNode) config.get("inversion"))
                .putObject("start")
                .put("data", "start.txt")
                .put("data_kind", kind);
    }

    @Test
    void startsFromAModelGivenAsContrastOrAsVelocity() throws IOException {
        double[] start = new double[CELLS];
        Arrays.setAll(start, cell -> cell % 4 == 1 ? 0.19 : 0);
        startFrom(Arrays.stream(start).mapToObj(Double::toString).toList(), "contrast");
        Map<Long, Row> ofContrast = grids(run(cores(OperatorForm.FACTORED), 2));
        // 0.19 of 2000 m/s: 2000 / sqrt(0.81).
        startFrom(
                Arrays.stream(start)
                        .mapToObj(chi -> Double.toString(chi == 0 ? 2000 : 2000 / 0.9))
                        .toList(),
                "velocity");
        Map<Long, Row> ofVelocity = grids(run(cores(OperatorForm.FACTORED), 1));

        for (int i = 0; i < GRIDS; i++) {
            double[] expected = expected(i, start).contrast();
            assertThat(expected).isNotEqualTo(expected(i).contrast());
            assertThat(numbers(ofContrast.get((long) i), "chi")).isEqualTo(expected);
            assertThat(numbers(ofVelocity.get((long) i), "chi")).containsExactly(expected, within(1e-9));
        }
    }

    @Test
    void refusesAModelToStartFromThatDoesNotFit() throws IOException {
        Path start = folder.resolve("start.txt");
        startFrom(Collections.nCopies(2 * CELLS, "0.1"), "contrast");
        assertRefused(start + ": has 2 grids, but the inversions of all grids start from one;"
                + " give inversion.start.data a data set of one grid");
        List<String> lines = new ArrayList<>(Collections.nCopies(CELLS, "0.1"));
        lines.set(3, "1");
        startFrom(lines, "contrast");
        assertRefused(start + ": grid 0: the contrast of cell 3 is 1.0, it must be a finite number below 1;"
                + " correct the data set of inversion.start.data");
        Files.delete(start);
        assertRefused(start + ": no such data set; check inversion.start.data in the experiment");
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> run(cores(OperatorForm.FACTORED), 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(problem);
    }

    // Measured data

    @Test
    void measuredDataOfTheSameModelReconstructIdentically() throws IOException {
        Map<Long, Row> ofModels = grids(run(cores(OperatorForm.FACTORED), 2));
        String pressure = folder.resolve("pressure.npy").toString();
        PressureGrids.write(spark, experiment(), 0, 1, pressure);
        config.put("data", pressure).put("data_kind", "pressure");

        Map<Long, Row> ofPressure = grids(run(cores(OperatorForm.FACTORED), 1));

        assertThat(ofPressure).hasSize(GRIDS);
        ofPressure.forEach((id, grid) -> {
            assertThat(numbers(grid, "chi")).isEqualTo(numbers(ofModels.get(id), "chi"));
            assertThat(grid.<Double>getAs("model_error")).isNull();
        });
    }

    // Data of another model, with noise

    @ParameterizedTest
    @EnumSource(
            value = OperatorForm.class,
            names = {"DENSE", "FACTORED", "REDUCED"})
    void bornInvertsDataOfAnotherModel(OperatorForm form) throws IOException {
        config.remove("inversion");
        ObjectNode synthetic = config.putObject("synthetic").put("noise", 0.02).put("seed", 5);
        synthetic.set("forward_model", config.remove("forward_model"));
        String run = run(cores(form), 2);
        Map<Long, Row> ofModels = grids(run);
        String pressure = folder.resolve("pressure.npy").toString();
        PressureGrids.write(spark, experiment(), 0.02, 5, pressure);
        config.remove("synthetic");
        config.put("data", pressure).put("data_kind", "pressure");
        Map<Long, Row> ofPressure = grids(run(cores(form), 1));

        assertThat(ofModels).hasSize(GRIDS);
        ofModels.forEach((id, grid) -> {
            assertThat(numbers(grid, "chi")).isEqualTo(numbers(ofPressure.get(id), "chi"));
            assertThat(grid.<String>getAs("data_source")).isEqualTo("synthetic");
            assertThat(grid.<Boolean>getAs("same_operator")).isFalse();
            assertThat(grid.<Double>getAs("model_error")).isPositive();
            assertThat(grid.<Double>getAs("ssim")).isLessThan(1);
            assertThat(ofPressure.get(id).<String>getAs("data_source")).isEqualTo("measured");
            assertThat(ofPressure.get(id).<Object>getAs("same_operator")).isNull();
            assertThat(ofPressure.get(id).<Object>getAs("ssim")).isNull();
        });
    }

    @Test
    void theSameSeedGivesTheSameBits() throws IOException {
        config.putObject("synthetic").put("noise", 0.05).put("seed", 3);
        Map<Long, Row> first = grids(run(cores(OperatorForm.FACTORED), 2));
        Map<Long, Row> again = grids(run(cores(OperatorForm.FACTORED), 1));
        config.putObject("synthetic").put("noise", 0.05).put("seed", 4);
        Map<Long, Row> other = grids(run(cores(OperatorForm.FACTORED), 2));

        first.forEach((id, grid) -> {
            assertThat(numbers(again.get(id), "chi")).isEqualTo(numbers(grid, "chi"));
            assertThat(numbers(other.get(id), "chi")).isNotEqualTo(numbers(grid, "chi"));
            assertThat(grid.<Boolean>getAs("same_operator")).isTrue();
        });
    }

    @Test
    void aGridWhoseFieldsCannotBeComputedFailsAlone() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("models.txt"));
        for (int x = 0; x < CELLS; x++) {
            lines.set(2 * CELLS + x, "-400");
        }
        Files.write(folder.resolve("models.txt"), lines);
        config.set("forward_model", MAPPER.readTree("{\"Iter2\": {\"solver\": \"gmres\", \"n\": 12}}"));
        ((ObjectNode) config.get("inversion"))
                .set("velocity_bounds", MAPPER.readTree("{\"min\": 1800, \"max\": 2600}"));

        Map<Long, Row> grids = grids(run(cores(OperatorForm.FACTORED), 2));

        assertThat(grids.get(2L).<String>getAs("status")).isEqualTo("failed");
        assertThat(grids.get(2L).<String>getAs("error_code")).isEqualTo(ErrorCode.GRID_DATA_NOT_MADE.name());
        assertThat(grids.get(2L).<String>getAs("error")).startsWith("the data of the true contrast: ");
        assertThat(grids.get(1L).<String>getAs("status")).isEqualTo("done");
        assertThatThrownBy(() -> PressureGrids.write(
                        spark,
                        experiment(),
                        0,
                        1,
                        folder.resolve("pressure.npy").toString()))
                .rootCause()
                .hasMessageStartingWith("grid 2: the forward model can't make its data: ")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.DATA_NOT_MADE);
    }

    // Cards

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void onACard(int gridsInFlight) throws IOException {
        config.putObject("accelerator").put("grids_in_flight", gridsInFlight);
        String card = run(cards(), 1);

        Map<Long, Row> exact = grids(run(cores(OperatorForm.FACTORED), 1));
        grids(card).forEach((id, grid) -> {
            assertThat(grid.<Integer>getAs("iterations")).isEqualTo(OUTER * INNER);
            assertThat(numbers(grid, "chi")).containsExactly(numbers(exact.get(id), "chi"), within(1e-4));
        });
        Row unit = rows(ResultTable.UNITS, card).get(0);
        // One in each inner pass, one at the top of each outer pass; the self-test.
        assertThat(unit.<Long>getAs("dot_calls")).isEqualTo(1 + GRIDS * OUTER * (INNER + 1));
        assertThat(unit.<Long>getAs("upd_calls")).isEqualTo(1 + GRIDS * OUTER * INNER);
        // Both matrices in each outer pass, on a design of 1000 x 100.
        long matrices = 2L * GRIDS * OUTER * 8 * 1000 * 100;
        assertThat(unit.<Long>getAs("h2d_bytes"))
                .isEqualTo(
                        matrices + unit.<Long>getAs("dot_calls") * 4 * 100 + unit.<Long>getAs("upd_calls") * 8 * 1000);
        assertThat(rows(ResultTable.TIMINGS, card))
                .extracting(row -> row.<String>getAs("phase"))
                .contains("forward", "upload", "dotprod", "update", "host_math");
    }

    @Test
    void stagesOnACard() throws IOException {
        ((ObjectNode) config.get("inversion"))
                .set("stages", MAPPER.readTree("[{\"last\": 1, \"n_max\": 1}, {\"first\": 1, \"last\": 1}]"));
        Map<Long, Row> exact = grids(run(cores(OperatorForm.FACTORED), 2));

        Map<Long, Row> card = grids(run(cards(), 1));

        card.forEach((id, grid) -> {
            assertThat(grid.<Integer>getAs("iterations")).isEqualTo((1 + OUTER) * INNER);
            assertThat(numbers(grid, "chi")).containsExactly(numbers(exact.get(id), "chi"), within(1e-4));
        });
    }

    @Test
    void aRangeOfOffsetsOnACard() throws IOException {
        Map<Long, Row> all = grids(run(cores(OperatorForm.FACTORED), 2));
        ((ObjectNode) config.get("inversion")).set("offset_range", MAPPER.readTree("{\"max\": 500}"));
        Map<Long, Row> exact = grids(run(cores(OperatorForm.FACTORED), 2));

        Map<Long, Row> card = grids(run(cards(), 1));

        card.forEach((id, grid) -> {
            double[] expected = numbers(exact.get(id), "chi");
            assertThat(numbers(grid, "chi")).containsExactly(expected, within(1e-4));
            assertThat(numbers(all.get(id), "chi")).isNotEqualTo(expected);
        });
    }

    @Test
    void linearAndNonLinearRunsTakeTurnsOnACard() throws IOException {
        String first = run(cards(), 1);
        ObjectNode nonLinear = config.deepCopy();
        config.remove(List.of("forward_model", "inversion"));
        Map<Long, Row> linear = grids(run(cards(), 1));
        assertThat(linear).hasSize(GRIDS);
        config = nonLinear;
        String second = run(cards(), 1);

        grids(second).forEach((id, grid) -> assertThat(numbers(grid, "chi"))
                .isEqualTo(numbers(grids(first).get(id), "chi")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"error:0:dotprod_1:30", "wrong:0:update_1"})
    void theGridsOfAUnitThatFailsFinishOnAnother(String fault) throws IOException {
        String sound = run(cards(), 1);
        CardPools.ofProcess().close();
        options.put("OCTOSPARK_EMU_CARDS", "2");
        options.put("OCTOSPARK_EMU_FAULT", fault);
        String run = run(cards(), 2);

        assertThat(grids(run)).hasSize(GRIDS);
        grids(run).forEach((id, grid) -> assertThat(numbers(grid, "chi"))
                .isEqualTo(numbers(grids(sound).get(id), "chi")));
        assertThat(rows(ResultTable.UNITS, run))
                .filteredOn(unit -> unit.<Integer>getAs("partition_id") > 0)
                .isNotEmpty()
                .allSatisfy(unit -> assertThat(unit.<String>getAs("device")).isEqualTo("0000:3c:00.1"));
    }
}
