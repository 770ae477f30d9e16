package io.octospark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.results.ResultStore;
import io.octospark.spark.LocalSpark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reports and pictures hold, of whole results and of others. */
@Tag("every-spark")
class ReportTest {
    private static SparkSession spark;
    private static ResultStore whole;

    /** The results that no test changes, and their data set. */
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeResults() throws IOException {
        spark = LocalSpark.open();
        whole = ReportResults.write(spark, shared, 8);
    }

    private static String page(ResultStore store, String... runs) {
        List<String> notices = store.createViews();
        Report report = new Report(spark, store, notices);
        return new String(report.page(report.runs(List.of(runs))), StandardCharsets.UTF_8);
    }

    private static JsonNode data(String page) throws Exception {
        Matcher block =
                Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).isTrue();
        return new ObjectMapper().readTree(block.group(1));
    }

    private static Pictures pictures(ResultStore store) {
        store.createViews();
        return new Pictures(spark, store);
    }

    private Path results() {
        return folder.resolve("results");
    }

    /** A copy of the results without some tables. */
    private ResultStore without(String... tables) throws IOException {
        Path source = shared.resolve("results");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path place = source.relativize(file);
                if (!List.of(tables).contains(place.getName(0).toString())) {
                    Files.copy(file, results().resolve(place.toString()));
                }
            }
        }
        return new ResultStore(spark, results().toString());
    }

    @Test
    void theLatestRunIsTheDefaultAndItsNamesStayText() throws Exception {
        String page = page(whole);

        JsonNode data = data(page);
        assertThat(data.at("/meta/run_ids")).hasSize(1);
        assertThat(data.at("/meta/run_ids/0").asText()).isEqualTo(ReportResults.SECOND);
        assertThat(data.at("/views/runs/rows/0/1").asText()).isEqualTo(ReportResults.HOSTILE);
        assertThat(data.at("/runs/" + ReportResults.SECOND + "/failures/of").asInt())
                .isEqualTo(2);
        assertThat(page).startsWith(Report.MARK).doesNotContain(ReportResults.HOSTILE);
        // The library has none of its own; three blocks are the page's.
        assertThat(page.split("</script>", -1)).hasSize(4);
        assertThat(page).contains("default-src 'none'; script-src 'sha256-");
        assertThat(page.replaceAll("(?s)<script.*?</script>", "")).doesNotContain("src=", "http:", "https:");
    }

    @Test
    void grids() throws Exception {
        JsonNode data = data(page(whole, ReportResults.FIRST));

        JsonNode gallery = data.at("/runs/" + ReportResults.FIRST + "/gallery");
        assertThat(gallery.get("measure").asText()).isEqualTo("model_error");
        List<Long> byError = spark
                .sql("SELECT grid_id FROM grids WHERE run_id = '" + ReportResults.FIRST + "' ORDER BY model_error DESC")
                .collectAsList()
                .stream()
                .map(row -> row.getLong(0))
                .toList();
        assertThat(gallery.get("grids")).hasSize(8);
        assertThat(gallery.at("/grids/0/grid_id").asLong()).isEqualTo(byError.get(0));
        assertThat(gallery.at("/grids/0/kind").asText()).isEqualTo("worst");
        assertThat(gallery.at("/grids/4/grid_id").asLong()).isEqualTo(byError.get(7));
        assertThat(gallery.at("/grids/4/kind").asText()).isEqualTo("best");
        assertThat(gallery.get("all").asBoolean()).isTrue();
        assertThat(data.at("/runs/" + ReportResults.FIRST + "/linear").asBoolean())
                .isTrue();
        assertThat(gallery.at("/grids/0/frame/left").asDouble()).isEqualTo(-300);
        assertThat(gallery.at("/grids/0/frame/height").asDouble()).isEqualTo(300);
        assertThat(gallery.at("/grids/0/model")).hasSize(100);
        double error = spark.sql("SELECT max(model_error) FROM grids WHERE run_id = '" + ReportResults.FIRST + "'")
                .first()
                .getDouble(0);
        double chi = gallery.at("/grids/0/chi/55").asDouble();
        assertThat(chi / gallery.at("/grids/0/model/55").asDouble()).isCloseTo(1 - error, within(1e-3));
    }

    @Test
    void whatIsMissingIsSaidAndTheRestShown() throws Exception {
        ResultStore store = without("units", "timings", "device_samples");
        Path models = shared.resolve("models.npy");
        Path away = Files.move(models, folder.resolve("models.npy"));
        JsonNode data;
        try {
            data = data(page(store, ReportResults.FIRST));
        } finally {
            Files.move(away, models);
        }

        assertThat(data.at("/meta/notices"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        results() + ": no table units; what comes from it is empty",
                        results() + ": no table timings; what comes from it is empty");
        assertThat(data.at("/views/v_stragglers/rows")).isEmpty();
        assertThat(data.at("/views/v_convergence/rows")).hasSize(ReportResults.PASSES);
        JsonNode grid = data.at("/runs/" + ReportResults.FIRST + "/gallery/grids/0");
        assertThat(grid.has("model")).isFalse();
        assertThat(grid.get("chi")).hasSize(100);
        assertThat(grid.get("reason").asText())
                .isEqualTo("the model is not known: the data set " + models + " can't be read any more: " + models
                        + ": no such data set; check data in the experiment");
    }

    @Test
    void aRunWithoutItsRowAndGridsIsShownAsFarAsItGoes() throws Exception {
        JsonNode data = data(page(without("runs", "grids"), ReportResults.FIRST));

        assertThat(data.at("/views/runs/rows")).isEmpty();
        assertThat(data.at("/views/v_balance/rows")).hasSize(ReportResults.UNITS);
        assertThat(data.at("/runs/" + ReportResults.FIRST + "/gallery/grids")).isEmpty();
        assertThat(data.at("/runs/" + ReportResults.FIRST + "/gallery/reason").asText())
                .isEqualTo("the run's configuration is missing");
    }

    @Test
    void aNewerRunIsShownAsFarAsItIsKnown() throws Exception {
        ResultStore store = without();
        Path newer = results().resolve("runs/run_id=newer");
        spark.read()
                .parquet(results().resolve("runs/run_id=" + ReportResults.FIRST).toString())
                .where("ended_at IS NOT NULL")
                .withColumn("schema_version", functions.lit(99))
                .withColumn("config_json", functions.lit("{\"new_key\": 1}"))
                .coalesce(1)
                .write()
                .parquet(newer.toString());

        JsonNode data = data(page(store, "newer"));

        assertThat(data.at("/meta/notices/0").asText()).startsWith("run newer: written by a newer OctoSpark");
        assertThat(data.at("/runs/newer/gallery/reason").asText())
                .startsWith("the run's configuration is not of this version: config_json");
    }

    @Test
    void bandsOfManyGridsAreThoseOfEveryNth() {
        List<String> notices = whole.createViews();

        JsonNode data = ReportData.of(spark, whole, List.of(ReportResults.FIRST), notices, 4);

        assertThat(data.at("/meta/bands_every").asInt()).isEqualTo(2);
        JsonNode table = data.at("/views/v_convergence");
        assertThat(table.at("/columns/2").asText()).isEqualTo("grids_running");
        assertThat(table.at("/rows/0/2").asInt()).isEqualTo(4);
        // Grids 0, 2, 4 and 6 have 12, 10, 8 and 11 passes.
        assertThat(table.at("/rows/10/2").asInt()).isEqualTo(2);
        assertThat(data.at("/views/v_model_error/rows/0/2").asInt()).isEqualTo(8);
        assertThat(spark.sql("SELECT max(grids_running) FROM v_convergence")
                        .first()
                        .getLong(0))
                .isEqualTo(8);
    }

    @Test
    void runsThatAreNotThereAreNamed() throws Exception {
        assertThatThrownBy(() -> page(whole, "other", ReportResults.FIRST))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "run other: no such run in " + whole.folder().toUri().getPath()
                                + "; octospark sql \"SELECT run_id, experiment, started_at FROM runs\" lists them");
        Files.createDirectory(folder.resolve("empty"));
        ResultStore empty = new ResultStore(spark, folder.resolve("empty").toString());
        assertThatThrownBy(() -> page(empty))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(folder.resolve("empty")
                        + ": holds no run; run an experiment first (octospark run) or name another with --results");
    }

    @Test
    void picturesAreSvgAndPng() throws Exception {
        Pictures pictures = pictures(whole);

        byte[] svg = pictures.of(ReportResults.FIRST, 3, 0, Quantity.VELOCITY, Pictures.Format.SVG);
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg));
        // Three grids and their colour bars.
        assertThat(document.getElementsByTagName("image").getLength()).isEqualTo(6);
        assertThat(document.getElementsByTagName("polyline")
                        .item(0)
                        .getAttributes()
                        .getNamedItem("points")
                        .getNodeValue()
                        .split(" "))
                .hasSize(ReportResults.PASSES - 3);
        assertThat(new String(svg, StandardCharsets.UTF_8))
                .contains(
                        ">Grid 3 of run " + ReportResults.FIRST + "<",
                        ">Model, velocity (m/s)<",
                        ">Reconstruction, velocity (m/s)<",
                        ">Reconstruction - model, velocity (m/s)<",
                        ">x (m)<",
                        ">-300<",
                        ">depth z (m)<");

        byte[] png = pictures.of(ReportResults.FIRST, 3, 0, Quantity.CONTRAST, Pictures.Format.PNG);
        var image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(2 * 1160);
        long colours = IntStream.range(0, image.getHeight())
                .map(y -> image.getRGB(image.getWidth() / 4, y))
                .distinct()
                .count();
        assertThat(colours).isGreaterThan(10);
    }

    @Test
    void aFailedGridHasAPictureThatSaysWhy() throws Exception {
        Pictures pictures = pictures(whole);

        String svg = new String(
                pictures.of(ReportResults.SECOND, 0, 0, Quantity.VELOCITY, Pictures.Format.SVG),
                StandardCharsets.UTF_8);

        assertThat(svg)
                .contains(
                        ">failed after 0 passes<",
                        ">no reconstruction: grid 0: &lt;/script&gt;",
                        ">no reconstruction<",
                        ">Residual by pass<",
                        ">no residuals: the grid failed<")
                .containsOnlyOnce("grid 0: ")
                .doesNotContain("</script>", "<img");
    }

    @Test
    void aLongErrorIsWrappedAndCut() {
        StoredGrid grid = new StoredGrid(
                "run",
                0,
                5,
                "failed",
                Optional.empty(),
                new double[1],
                Optional.empty(),
                Optional.empty(),
                Optional.of(("x".repeat(131) + " ").repeat(9)));

        String svg = GridPicture.svg(grid, Optional.empty(), Truth.unknown("no data"), Quantity.VELOCITY);

        assertThat(svg).contains(">failed after 1 pass<", ">" + "x".repeat(56) + "<", ">...<");
        assertThat(svg.lines())
                .filteredOn(line -> line.startsWith("<text"))
                .allSatisfy(line -> assertThat(line.replaceAll("<.*?>", "")).hasSizeLessThanOrEqualTo(56));
    }

    @Test
    void gridsThatAreNotThereAreNamed() throws Exception {
        Pictures pictures = pictures(whole);

        assertThatThrownBy(() -> pictures.of(ReportResults.FIRST, 8, 0, Quantity.VELOCITY, Pictures.Format.SVG))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("grid 8, repeat 0: run " + ReportResults.FIRST
                        + " has no such grid; it has grids 0 to 7, repeats 0 to 0")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.NO_SUCH_GRID);
    }
}
