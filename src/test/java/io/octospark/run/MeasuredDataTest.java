package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.error.InvalidInputException;
import io.octospark.model.Precision;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.spark.LocalSpark;
import io.octospark.spark.PressureGrids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Experiments with measured data, which are simulated of models. */
@Tag("every-spark")
class MeasuredDataTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int GRIDS = 5;

    private static SparkSession spark;

    @TempDir
    private Path folder;

    private ObjectNode config;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    /** 3x4 cells and 2 x 4 x 3 measurements, one of the models without contrast. */
    @BeforeEach
    void smallExperiment() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.remove("kernels");
        config.put("replicate", 1);
        ObjectNode fwi = (ObjectNode) config.get("fwi");
        fwi.putObject("ngrid").put("x", 3).put("z", 4);
        fwi.put("nSources", 3).put("nReceivers", 4);
        ((ObjectNode) fwi.get("Freq")).put("nTotal", 2);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < GRIDS * 12; i++) {
            lines.add(i / 12 == 3 || i % 5 > 1 ? "0" : Double.toString(0.01 * (i % 17)));
        }
        config.put("data", Files.write(folder.resolve("models.txt"), lines).toString());
    }

    private Experiment experiment() throws IOException {
        Path file = folder.resolve("experiment.json");
        Files.writeString(file, config.toString());
        return ExperimentReader.read(file, Optional.empty());
    }

    private String simulate(double noise, String name) throws IOException {
        String target = folder.resolve(name).toString();
        assertThat(PressureGrids.write(spark, experiment(), noise, 3, target)).isEqualTo(GRIDS);
        return target;
    }

    private ReconstructionJob job(OperatorForm form, int units) throws IOException {
        RunOptions options = RunOptions.on(new CpuBackend(Precision.FLOAT64, form))
                .results(folder.resolve("results").toString())
                .units(units)
                .build();
        return ReconstructionJob.of(spark, experiment(), options);
    }

    private List<Row> run(OperatorForm form, int units) throws IOException {
        String runId = job(form, units).run(RunProgress.SILENT).runId();
        return new ResultStore(spark, folder.resolve("results").toString())
                .read(ResultTable.GRIDS)
                .where("run_id = '" + runId + "'")
                .orderBy("grid_id")
                .collectAsList();
    }

    /** Boxed doubles compare bit for bit. */
    private static List<Row> results(List<Row> grids) {
        return grids.stream()
                .map(grid -> RowFactory.create(
                        grid.getAs("grid_id"),
                        grid.getAs("status"),
                        grid.getAs("stop_reason"),
                        grid.getAs("iterations"),
                        grid.getAs("residual_history"),
                        grid.getAs("chi"),
                        grid.getAs("model_error")))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"DENSE, 0", "DENSE, 0.1", "GRAM, 0", "GRAM, 0.1"})
    void bothFormatsGiveTheSameRows(OperatorForm form, double noise) throws IOException {
        String npy = simulate(noise, "pressure.npy");
        String parquet = simulate(noise, "pressure.parquet");
        List<Row> ofModels = run(form, 2);
        config.put("data_kind", "pressure");

        config.put("data", npy);
        List<Row> ofNpy = run(form, 2);
        config.put("data", parquet);
        List<Row> ofParquet = run(form, 3);

        assertThat(results(ofNpy)).isEqualTo(results(ofParquet));
        assertThat(ofNpy).hasSize(GRIDS).allSatisfy(grid -> {
            assertThat(grid.<String>getAs("status")).isEqualTo("done");
            assertThat(grid.<Object>getAs("model_error")).isNull();
        });
        assertThat(ofNpy.get(3).<String>getAs("stop_reason")).isEqualTo("zero_data");
        for (int i = 0; i < GRIDS && noise == 0; i++) {
            assertThat(ofNpy.get(i).<Integer>getAs("iterations"))
                    .isEqualTo(ofModels.get(i).<Integer>getAs("iterations"));
        }
    }

    @Test
    void replicatesFollowOneAnother() throws IOException {
        config.put("data", simulate(0.01, "pressure.npy")).put("data_kind", "pressure");
        List<Row> once = run(OperatorForm.GRAM, 1);
        config.put("replicate", 3);
        List<Row> thrice = run(OperatorForm.GRAM, 2);

        assertThat(thrice).hasSize(3 * GRIDS);
        for (int i = 0; i < thrice.size(); i++) {
            assertThat(thrice.get(i).<Long>getAs("grid_id")).isEqualTo(i);
            assertThat(thrice.get(i).<Object>getAs("chi"))
                    .isEqualTo(once.get(i % GRIDS).getAs("chi"));
        }
    }

    /** Floats, a null among them and an infinity. */
    @ParameterizedTest
    @CsvSource({"DENSE", "GRAM"})
    void aGridWithoutANumberFailsAlone(OperatorForm form) throws IOException {
        String parquet = simulate(0, "pressure.parquet");
        String faulty = folder.resolve("faulty.parquet").toString();
        spark.read()
                .parquet(parquet)
                .selectExpr(
                        "grid_id",
                        "transform(pressure_re, (p, i) -> IF(grid_id = 1 AND i = 7, float(null), float(p))) AS pressure_re",
                        "transform(pressure_im, (p, i) -> IF(grid_id = 2 AND i = 23, float('-inf'), float(p))) AS"
                                + " pressure_im")
                .write()
                .parquet(faulty);
        config.put("data", faulty).put("data_kind", "pressure");

        List<Row> grids = run(form, 2);

        assertThat(grids)
                .extracting(grid -> grid.<String>getAs("error"))
                .containsExactly(
                        null,
                        "grid 1: the real part of the pressure of measurement 7 is NaN, it must be a finite number",
                        "grid 2: the imaginary part of the pressure of measurement 23 is -Infinity, it must be a finite"
                                + " number",
                        null,
                        null);
    }

    @Test
    void textAndDataOfAnotherSurveyAreRefusedBeforeAnythingRuns() throws IOException {
        String npy = simulate(0, "pressure.npy");
        config.put("data_kind", "pressure");
        assertThatThrownBy(() -> job(OperatorForm.GRAM, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(folder.resolve("models.txt")
                        + ": text has no complex numbers; give measured data as .npy or .parquet");

        config.put("data", npy);
        ((ObjectNode) config.get("fwi")).put("nSources", 4).put("nReceivers", 3);
        assertThatThrownBy(() -> job(OperatorForm.GRAM, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith(
                        "pressure.npy: has the shape (5, 2, 4, 3), it must be (n, 24) or (n, 2, 3, 4), the measurements of"
                                + " n grids (nTotal, nReceivers, nSources); correct fwi or the file");

        ((ObjectNode) config.get("fwi")).put("nSources", 40_000).put("nReceivers", 40_000);
        assertThatThrownBy(() -> job(OperatorForm.GRAM, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "fwi: 3200000000 measurements (nTotal * nReceivers * nSources) are over the limit of 1073741819"
                                + " of measured data; use fewer");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(file -> file.endsWith("results"));
        }
    }

    @Test
    void simulatesOnlyModelsThatAreValid() throws IOException {
        Path models = Path.of(config.get("data").textValue());
        List<String> lines = new ArrayList<>(Files.readAllLines(models));
        lines.set(29, "1.25");
        Files.write(models, lines);

        assertThatThrownBy(() -> simulate(0, "pressure.npy"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(models + ": grid 2: the contrast of cell 5 is 1.25, it must be a finite number below 1;"
                        + " correct the data set");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(file -> file.toString().contains("pressure"));
        }
    }
}
