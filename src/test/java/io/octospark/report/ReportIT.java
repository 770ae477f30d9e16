package io.octospark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The report of two runs of 1,000 grids on four units, as Chromium shows it. What it looked like stays in the build folder,
 * {@code report-pictures}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportIT {
    private static final int GRIDS = 1000;
    private static final int MOST_BYTES = 5_000_000;
    private static final int HOVER_ATTEMPTS = 10;
    private static final String RUNS = "'%s', '%s'".formatted(ReportResults.FIRST, ReportResults.SECOND);

    /** Shows a chart, waits until it is drawn, and gives the place of a point of it in the window. */
    private static final String PLACE = """
            (async () => {
              const target = document.getElementById('%1$s');
              target.scrollIntoView({block: 'center', behavior: 'instant'});
              const frame = () => new Promise(requestAnimationFrame);
              while (!octosparkCharts['%1$s']) await frame();
              await frame();
              const box = target.getBoundingClientRect();
              const at = octosparkCharts['%1$s'].convertToPixel(%2$s, %3$s);
              return [box.left + at[0], box.top + at[1]];
            })()""";

    /** Waits some frames for a chart's hover text; null if it does not come. */
    private static final String HOVER_TEXT = """
            (async () => {
              const target = document.getElementById('%s');
              for (let frame = 0; frame < 60; frame++) {
                const boxes = [...target.children].filter(child =>
                  child.style.position === 'absolute' && child.style.visibility !== 'hidden' && child.innerText.trim());
                if (boxes.length) return boxes[boxes.length - 1].innerText;
                await new Promise(requestAnimationFrame);
              }
              return null;
            })()""";

    private static final String DRAW_ALL = """
            (async () => {
              const drawn = [];
              for (const target of document.querySelectorAll('.chart, .picture')) {
                target.scrollIntoView({block: 'center', behavior: 'instant'});
                while (!octosparkCharts[target.id]) await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
                const canvas = target.querySelector('canvas');
                let marks = target.querySelectorAll('svg path, svg rect, svg polygon').length;
                if (canvas) {
                  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
                  copy.drawImage(canvas, 0, 0);
                  marks = new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
                }
                drawn.push({id: target.id, marks, label: target.getAttribute('aria-label'), table: !!target.closest('figure, .grid').querySelector('details')});
              }
              window.scrollTo(0, 0);
              return drawn;
            })()""";

    @TempDir
    private static Path folder;

    private Path pictures;
    private SparkSession spark;
    private Path page;
    private JsonNode data;
    private Browser browser;

    @BeforeAll
    void makeReport() throws Exception {
        pictures = Files.createDirectories(
                Path.of(System.getProperty("octospark.build.folder")).resolve("report-pictures"));
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        ResultStore store = ReportResults.write(spark, folder, GRIDS);
        List<String> notices = store.createViews();
        Report report = new Report(spark, store, notices);
        byte[] html = report.page(report.runs(List.of(ReportResults.FIRST, ReportResults.SECOND)));
        page = Files.write(pictures.resolve("report.html"), html);
        Matcher block = Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL)
                .matcher(new String(html, StandardCharsets.UTF_8));
        assertThat(block.find()).isTrue();
        data = new ObjectMapper().readTree(block.group(1));
        browser = new Browser(Files.createDirectory(folder.resolve("profile")));
        browser.size(1280, 900);
        browser.colours("light");
        browser.open(page);
    }

    @AfterAll
    void close() {
        try {
            if (browser != null) {
                nothingWasWrongAndNobodyWasAsked();
            }
        } finally {
            if (browser != null) {
                browser.close();
            }
            if (spark != null) {
                spark.stop();
            }
        }
    }

    @Test
    void isSmall() throws IOException {
        assertThat(Files.size(page)).isLessThan(MOST_BYTES);
    }

    @Test
    void figuresAreThoseOfTheViews() {
        for (ResultView view : EnumSet.complementOf(EnumSet.of(ResultView.V_TASKS))) {
            String name = view.viewName();
            String condition =
                    switch (view) {
                        case V_SCALING -> "TRUE";
                        case V_COMPARE -> "run_a = '" + ReportResults.FIRST + "'";
                        default -> "run_id IN (" + RUNS + ")";
                    };
            List<String> expected = new ArrayList<>();
            for (Row row :
                    spark.sql("SELECT * FROM " + name + " WHERE " + condition).collectAsList()) {
                expected.add(text(row));
            }
            JsonNode table = data.at("/views/" + name);
            List<String> shown = new ArrayList<>();
            table.get("rows").forEach(row -> shown.add(row.toString()));
            assertThat(table.get("columns"))
                    .extracting(JsonNode::asText)
                    .containsExactly(spark.table(name).columns());
            assertThat(expected).as(name).isNotEmpty();
            assertThat(shown).as(name).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(table.get("of").asInt()).isEqualTo(expected.size());
        }
    }

    /** A row as JSON. */
    private static String text(Row row) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            Object value = row.get(i);
            values.add(value instanceof Timestamp time ? time.toInstant().toString() : value);
        }
        return new ObjectMapper().valueToTree(values).toString();
    }

    @Test
    void everyChartDrawsAndHasAnAlternative() {
        JsonNode drawn = browser.evaluate(DRAW_ALL);

        assertThat(drawn)
                .extracting(chart -> chart.get("id").asText())
                .contains(
                        "chart-throughput",
                        "chart-unit-rates",
                        "chart-scaling",
                        "chart-phases-0",
                        "chart-phases-1",
                        "chart-timeline-0",
                        "chart-timeline-1",
                        "chart-convergence-0",
                        "chart-convergence-1",
                        "picture-0-0-model",
                        "picture-0-0-found",
                        "picture-0-0-difference",
                        "picture-1-7-found",
                        "chart-power-0",
                        "chart-comparison");
        for (JsonNode chart : drawn) {
            assertThat(chart.get("marks").asInt()).as("%s", chart).isGreaterThan(8);
            assertThat(chart.get("label").asText()).isNotBlank();
            assertThat(chart.get("table").asBoolean()).as("%s", chart).isTrue();
        }
    }

    @Test
    void hoveringShowsWhatSqlSays() {
        double rate = number("SELECT grids_per_second FROM v_throughput WHERE run_id = '%s'", ReportResults.FIRST);
        assertThat(hover("chart-throughput", "{seriesIndex: 0}", "[0, %s]".formatted(rate / 2), "grids per second: "))
                .isCloseTo(rate, within(1e-5 * rate));

        double unitRate = number(
                "SELECT unit_grids_per_second_median FROM v_throughput WHERE run_id = '%s'", ReportResults.SECOND);
        assertThat(hover(
                        "chart-unit-rates", "{seriesIndex: 0}", "[1, %s]".formatted(unitRate), "median of the units: "))
                .isCloseTo(unitRate, within(1e-5 * unitRate));

        assertThat(hover("chart-scaling", "{seriesIndex: 0}", "[4, 1]", "efficiency: "))
                .isEqualTo(number("SELECT efficiency FROM v_scaling WHERE experiment = '%s'", "smooth"));

        double seconds = number(
                "SELECT seconds FROM v_phase_share WHERE id = 2 AND phase = 'alloc' AND run_id = '%s'",
                ReportResults.FIRST);
        assertThat(hover("chart-phases-0", "{seriesIndex: 0}", "[%s, 1]".formatted(seconds / 2), "seconds: "))
                .isCloseTo(seconds, within(1e-5 * seconds));

        double idle = number(
                "SELECT idle_after_seconds FROM v_stragglers WHERE id = 3 AND run_id = '%s'", ReportResults.SECOND);
        assertThat(hover("chart-timeline-1", "{seriesIndex: 0}", "[10, 2]", "idle afterwards: "))
                .isCloseTo(idle, within(1e-5 * idle));

        double median = number(
                "SELECT residual_median FROM v_convergence WHERE pass = 4 AND run_id = '%s'", ReportResults.FIRST);
        assertThat(hover("chart-convergence-0", "{gridIndex: 0}", "[4, 0.5]", "residual_median: "))
                .isCloseTo(median, within(1e-5 * median));

        double watts = number(
                "SELECT max(power_watts) FROM device_samples WHERE device = 'card1' AND run_id = '%s'",
                ReportResults.FIRST);
        assertThat(hover(
                        "chart-power-0",
                        "{seriesIndex: 1}",
                        "octosparkCharts['chart-power-0'].getOption().series[1].data.reduce((a, b) => b[1] > a[1] ? b : a)",
                        "power_watts: "))
                .isCloseTo(watts, within(1e-5 * watts));

        double speedup = number("SELECT speedup FROM v_compare WHERE run_a = '%s'", ReportResults.FIRST);
        assertThat(hover("chart-comparison", "{seriesIndex: 0}", "[%s, 0]".formatted(speedup / 2), "speedup: "))
                .isCloseTo(speedup, within(1e-5 * speedup));
    }

    @Test
    void hoveringOverAGridShowsItsVelocity() {
        JsonNode grid = data.at("/runs/" + ReportResults.SECOND + "/gallery/grids/0");
        double worst =
                number("SELECT max_by(grid_id, model_error) FROM grids WHERE run_id = '%s'", ReportResults.SECOND);
        assertThat(grid.get("grid_id").asDouble()).isEqualTo(worst);
        double chi = number(
                "SELECT chi[23] FROM grids WHERE grid_id = " + (long) worst + " AND run_id = '%s'",
                ReportResults.SECOND);

        // Cell 23 of 10 x 10 in 600 m x 300 m from -300 m on.
        double shown = hover("picture-1-0-found", "{gridIndex: 0}", "[-90, 75]", "");

        assertThat(shown).isCloseTo(2000 / Math.sqrt(1 - chi), within(0.05));
    }

    @Test
    void hoveringOverACurveNamesItsGrid() {
        // The last one: it lies over the others.
        JsonNode curves = data.at("/runs/" + ReportResults.FIRST + "/curves/grids");
        JsonNode curve = curves.get(curves.size() - 1);
        long grid = curve.get("grid_id").asLong();
        double residual = number(
                "SELECT residual_history[5] FROM grids WHERE grid_id = " + grid + " AND run_id = '%s'",
                ReportResults.FIRST);
        assertThat(curve.get("residual_history").get(5).asDouble()).isEqualTo(residual);

        double shown =
                hover("chart-convergence-0", "{gridIndex: 0}", "[6, %s]".formatted(residual), "grid " + grid + ": ");

        assertThat(shown).isCloseTo(residual, within(1e-5 * residual));
    }

    @Test
    void keysGoThroughAChart() {
        browser.evaluate(PLACE.formatted("chart-comparison", "{seriesIndex: 0}", "[0, 0]"));
        browser.evaluate("document.getElementById('chart-comparison').focus()");
        browser.press("ArrowRight");
        browser.press("ArrowRight");

        assertThat(browser.evaluate(HOVER_TEXT.formatted("chart-comparison")).asText())
                .contains("wall_ratio: 1.5");
        browser.press("Escape");
    }

    @ParameterizedTest
    @CsvSource({"360, light", "360, dark", "768, light", "1280, light", "1280, dark", "2560, light"})
    void fitsAnyWidthInLightAndDark(int width, String colours) throws IOException {
        browser.size(width, 900);
        browser.colours(colours);
        try {
            browser.evaluate(DRAW_ALL);
            browser.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
            assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                    .isLessThanOrEqualTo(width);
            assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor")
                            .asText())
                    .isEqualTo(colours.equals("dark") ? "rgb(18, 22, 28)" : "rgb(245, 246, 248)");
            browser.screenshot(pictures.resolve("%s-%d.png".formatted(colours, width)));
        } finally {
            browser.colours("light");
            browser.size(1280, 900);
        }
    }

    @Test
    void wordsFitWhatIsShown() {
        assertThat(browser.evaluate("document.body.innerText").asText())
                .contains(
                        "Worst: grid ",
                        "Misfit at the top of every pass.",
                        "Yellow: no task ran, all units waited for the driver (start and writing included).");
        assertThat(text("chart-comparison")).contains("time per grid", "(less is better)", "(more is better)");
        // Both runs had the same number of units: there is no perfect line.
        assertThat(text("chart-scaling")).contains("smooth on xrt-emulated").doesNotContain("perfect");
        assertThat(browser.evaluate("document.querySelector('dd[title=\"not measured\"]').innerText")
                        .asText())
                .isEqualTo("–");
    }

    @Test
    void everyBarHasItsLabelOnANarrowScreen() {
        browser.size(390, 900);
        try {
            browser.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
            for (String chart : List.of("chart-throughput", "chart-unit-rates")) {
                assertThat(text(chart)).contains(ReportResults.FIRST, ReportResults.SECOND);
            }
        } finally {
            browser.size(1280, 900);
        }
    }

    /** What stands in a chart. */
    private String text(String chart) {
        browser.evaluate(PLACE.formatted(chart, "{seriesIndex: 0}", "[0, 0]"));
        return browser.evaluate("document.getElementById('%s').textContent".formatted(chart))
                .asText();
    }

    @Test
    void prints() throws IOException {
        browser.print(pictures.resolve("report.pdf"));

        assertThat(pictures.resolve("report.pdf")).isNotEmptyFile();
    }

    @Test
    void contrastsCanBeShownToo() {
        browser.evaluate("document.getElementById('quantity-contrast').click()");
        double chi = data.at("/runs/" + ReportResults.FIRST + "/gallery/grids/0/chi/23")
                .asDouble();

        assertThat(hover("picture-0-0-found", "{gridIndex: 0}", "[-90, 75]", ""))
                .isCloseTo(chi, within(1e-9));
        browser.evaluate("document.getElementById('quantity-velocity').click()");
    }

    /** After all tests, so that it has seen all of them. */
    private void nothingWasWrongAndNobodyWasAsked() {
        assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
        assertThat(browser.events("Runtime.consoleAPICalled")).isEmpty();
        assertThat(browser.events("Log.entryAdded")).isEmpty();
        assertThat(browser.events("Page.javascriptDialogOpening")).isEmpty();
        assertThat(browser.events("Network.requestWillBeSent"))
                .extracting(event -> event.params().at("/request/url").asText())
                .allMatch(url -> url.equals(page.toUri().toString()) || url.startsWith("data:"));
        assertThat(browser.evaluate("document.images.length").asInt()).isZero();
        assertThat(browser.evaluate("document.body.innerText").asText()).contains(ReportResults.HOSTILE);
    }

    private double number(String query, String runId) {
        return ((Number) spark.sql(query.formatted(runId)).first().get(0)).doubleValue();
    }

    /** Moves the mouse to a point of a chart; the number that follows some words in its hover text. */
    private double hover(String chart, String finder, String point, String words) {
        String text = hoverText(chart, finder, point);
        Matcher number = Pattern.compile(Pattern.quote(words) + "(-?[0-9][0-9.\u202f]*(e[+-]?[0-9]+)?)")
                .matcher(text);
        assertThat(number.find()).as("%s in: %s", words, text).isTrue();
        return Double.parseDouble(number.group(1).replace("\u202f", ""));
    }

    /** The page may still have moved when the place was asked for; then the mouse is moved again. */
    private String hoverText(String chart, String finder, String point) {
        for (int attempt = 0; attempt < HOVER_ATTEMPTS; attempt++) {
            browser.moveMouse(1, 1);
            JsonNode place = browser.evaluate(PLACE.formatted(chart, finder, point));
            double x = place.get(0).asDouble();
            double y = place.get(1).asDouble();
            browser.moveMouse(x - 1, y);
            browser.moveMouse(x, y);
            JsonNode text = browser.evaluate(HOVER_TEXT.formatted(chart));
            if (text.isTextual()) {
                return text.asText();
            }
        }
        throw new AssertionError("no hover text at " + point + " of " + chart);
    }
}
