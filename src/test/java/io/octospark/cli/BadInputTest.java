package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.dataset.NpyWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What users get wrong ends with exit code 2 and one line that says what to do; nothing is written. */
class BadInputTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path file;
    private ObjectNode config;
    private ObjectNode fwi;

    @BeforeAll
    static void quickSpark() {
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.sql.shuffle.partitions", "1");
        // Logging takes the standard error that it finds first, which must not be one that a test captures.
        LoggerFactory.getLogger(BadInputTest.class);
    }

    @AfterAll
    static void usualSpark() {
        System.clearProperty("spark.ui.enabled");
        System.clearProperty("spark.sql.shuffle.partitions");
    }

    @BeforeEach
    void notebook() throws IOException {
        file = folder.resolve("experiment.json");
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        fwi = (ObjectNode) config.get("fwi");
        config.put("data", Path.of("datasets/10x10_100.txt").toAbsolutePath().toString());
    }

    private ObjectNode kernel() {
        return (ObjectNode) config.at("/kernels/0");
    }

    /** Runs a command in a JVM that goes on; returns what it prints to standard error. */
    private static List<String> execute(int expectedExitCode, String... args) {
        PrintStream err = System.err;
        PrintStream out = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
            int exitCode = Main.execute(args);
            System.err.flush();
            List<String> lines =
                    captured.toString(StandardCharsets.UTF_8).lines().toList();
            assertThat(exitCode).as("exit code with %s", lines).isEqualTo(expectedExitCode);
            return lines;
        } finally {
            System.setErr(err);
            System.setOut(out);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    /** The one error that a command ends with; it leaves all files as they are. */
    private String refusal(String... args) throws IOException {
        List<Path> before = files();
        List<String> lines = execute(ExitCode.INVALID_INPUT, args);
        assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
        assertThat(files()).isEqualTo(before);
        List<String> errors =
                lines.stream().filter(line -> line.startsWith("error[")).toList();
        assertThat(errors).hasSize(1);
        return errors.get(0).replaceFirst("^error\\[[A-Z_]+]: ", "");
    }

    private void assertRefused(String problem, String... args) throws IOException {
        assertThat(refusal(args)).isEqualTo(problem);
    }

    private void assertRunRefused(String problem, String... options) throws IOException {
        MAPPER.writeValue(file.toFile(), config);
        assertRefused(problem, runOf(file, options));
    }

    private String[] runOf(Path experiment, String... options) {
        Stream<String> run = Stream.of(
                "run",
                "--experiment",
                experiment.toString(),
                "--results",
                folder.resolve("results").toString(),
                "--master",
                "local[2]");
        return Stream.concat(run, Stream.of(options)).toArray(String[]::new);
    }

    private String[] sql(String results, String query) {
        return new String[] {"sql", "--results", folder.resolve(results).toString(), "--master", "local[2]", query};
    }

    private Path data(String name, List<String> lines) throws IOException {
        config.put("data", name);
        return Files.write(folder.resolve(name), lines);
    }

    private Path parquet(String name, String... options) {
        Path data = folder.resolve(name);
        Stream<String> generate =
                Stream.of("generate", "--model", "layers", "--master", "local[2]", "--out", data.toString());
        execute(ExitCode.DONE, Stream.concat(generate, Stream.of(options)).toArray(String[]::new));
        config.put("data", name);
        return data;
    }

    @Test
    void missingExperiment() throws IOException {
        assertRefused(file + ": no such file; check the path", runOf(file));
    }

    @Test
    void malformedExperiment() throws IOException {
        Files.writeString(file, "{\n  \"name\": \"a\"\n");
        assertRefused(
                file + ": line 3, column 1: not valid JSON: Unexpected end-of-input: expected close marker for Object"
                        + " (start marker at line 1, column 1); correct the file",
                runOf(file));
    }

    @Test
    void unknownKey() throws IOException {
        config.put("grid", 5);
        assertRunRefused(file
                + ": grid: unknown key; known keys are name, fwi, inversion, forward_model, synthetic, data, data_kind,"
                + " replicate, redundant, precision, kernels, accelerator; correct or remove it");
    }

    @Test
    void negativeCounts() throws IOException {
        fwi.put("nSources", -20);
        assertRunRefused(file + ": fwi.nSources = -20: must be a whole number from 1 to 100000; correct the value");
    }

    @Test
    void frequenciesInTheWrongOrder() throws IOException {
        fwi.withObject("/Freq").put("min", 50);
        assertRunRefused(file + ": fwi.Freq.min = 50: must not be above fwi.Freq.max = 40; exchange them");
    }

    @Test
    void gridTooSmall() throws IOException {
        config.remove("kernels");
        fwi.withObject("/ngrid").put("x", 2);
        assertRunRefused(file + ": fwi.ngrid.x = 2: must be a whole number from 3 to 100000; correct the value");
    }

    @Test
    void batchOfPartsOfGrids() throws IOException {
        kernel().put("batch_size", 150);
        assertRunRefused(file + ": kernels[0].batch_size = 150: must be a multiple of 100, the cells of a grid"
                + " (ngrid.x * ngrid.z); count values, not grids");
    }

    @Test
    void batchesThatDoNotAddUp() throws IOException {
        kernel().put("batch_size", 300).put("no_instances", 2).remove("functions");
        assertRunRefused(
                "kernels: batch_size gives the 2 units 3 + 3 = 6 grids, the data set with its replicates has 10;"
                        + " change batch_size, no_instances or replicate, or split evenly with --grids");
    }

    @Test
    void missingData() throws IOException {
        config.put("data", "none.txt");
        assertRunRefused(folder.resolve("none.txt") + ": no such data set; check data in the experiment, or --data");
    }

    @Test
    void wrongNumberOfValues() throws IOException {
        Path data = data("grids.txt", Collections.nCopies(150, "0.1"));
        assertRunRefused(data + ": 150 values are not a multiple of 100, the cells of a grid (ngrid.x * ngrid.z);"
                + " correct ngrid or the file");
    }

    @Test
    void valueThatIsNoNumber() throws IOException {
        Path data = data("grids.txt", List.of("0.1", "0,2"));
        assertRunRefused(data + ": line 2 '0,2' is not a number; write one number per line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.txt", "data.npy", "data.parquet"})
    void dataThatIsAPipe(String name) throws Exception {
        Path data = data(name, List.of());
        Files.delete(data);
        assertThat(new ProcessBuilder("mkfifo", data.toString()).start().waitFor())
                .isZero();
        assertRunRefused(data + ": is not a file; give the path of a data file");
    }

    @Test
    void queriesOfMoreThanTheirLimit() throws IOException {
        Path queries = Files.write(folder.resolve("queries.sql"), new byte[(10 << 20) + 1]);
        assertRefused(
                "--file = " + queries + ": more than 10485760 bytes, the limit of queries; is it the right file?",
                "sql",
                "--file",
                queries.toString());
    }

    @Test
    void unknownDataFormat() throws IOException {
        Path data = data("grids.csv", List.of("0.1"));
        assertRunRefused(data + ": unknown data format; a data set is .txt (one value per line), .npy or .parquet");
    }

    @Test
    void arrayOfTheWrongShape() throws IOException {
        Path data = folder.resolve("grids.npy");
        Grid grid = Grid.of(5, 20, new Position(0, 0), new Position(1, 1));
        try (NpyWriter writer =
                new NpyWriter(new org.apache.hadoop.fs.Path(data.toUri()), grid, 1, new Configuration())) {
            writer.write(new double[100]);
        }
        config.put("data", "grids.npy");
        assertRunRefused(
                data + ": has the shape (1, 20, 5), its last two lengths must be nz, nx = 10, 10; correct ngrid or"
                        + " the file");
    }

    @Test
    void parquetWithoutTheColumn() throws IOException {
        Path data = parquet("grids.parquet");
        config.put("data_kind", "velocity");
        assertRunRefused(data + ": the columns are grid_id BIGINT,chi ARRAY<DOUBLE>; a data set of kind velocity needs"
                + " grid_id, a whole number, and velocity, an array of numbers; correct the file or data_kind");
    }

    @Test
    void parquetArraysOfTheWrongLength() throws IOException {
        Path data = parquet("grids.parquet", "--nx", "5");
        assertRunRefused(data + ": the arrays of chi hold 50 to 50 values, a grid has 100 cells (ngrid.x * ngrid.z);"
                + " correct ngrid or the file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --grids=0        | --grids = 0: must be 1 or more; correct the value
                    --units=0        | --units = 0: must be from 1 to 10000; correct the value
                    --units=x        | Invalid value for option '--units': 'x' is not an int
                    --grid=5         | Unknown option: '--grid=5'
                    """)
    void wrongOptionOfRun(String option, String problem) throws IOException {
        assertRunRefused(problem, option);
    }

    @Test
    void moreGridsThanThereAre() throws IOException {
        assertRunRefused(
                "--grids = 11: the data set has 10 grids (1 x replicate 10); ask for fewer or raise replicate in the experiment",
                "--grids",
                "11");
    }

    @Test
    void dataOptionThatIsNoPath() throws IOException {
        assertRunRefused("--data = hdfs://[/a: must be a path or a URI; correct the option", "--data", "hdfs://[/a");
    }

    @Test
    void cardsOfALocalMaster() throws IOException {
        System.setProperty("spark.task.resource.fpga.amount", "1");
        try {
            assertRunRefused(
                    "spark.task.resource.fpga.amount = 1: a local[2] master offers no such resource and Spark would"
                            + " wait for it for ever; remove the setting or name a cluster with --master");
        } finally {
            System.clearProperty("spark.task.resource.fpga.amount");
        }
    }

    @Test
    void unknownCommand() throws IOException {
        assertRefused("Unmatched argument at index 0: 'runs'", "runs");
    }

    @Test
    void queryOfMissingResults() throws IOException {
        assertRefused(
                folder.resolve("none") + ": no such results folder; run an experiment first (octospark run) or name"
                        + " another with --results",
                sql("none", "SELECT 1"));
    }

    @Test
    void reportsAndPicturesNeedResultsAndAPlaceForTheFile() throws IOException {
        String results = "--results=" + folder.resolve("none");
        Path mine = Files.writeString(folder.resolve("mine.html"), "mine");

        assertRefused(
                folder.resolve("none")
                        + ": no such results folder; run an experiment first (octospark run) or name another with --results",
                "report",
                results,
                "--master=local[2]");
        assertRefused(
                "--out = " + mine + ": exists already and is not overwritten; choose another name or remove it",
                "report",
                results,
                "--out=" + mine);
        assertThat(mine).hasContent("mine");
        assertRefused(
                "--out = grid.gif: unknown format; end the name in .png or .svg, or give --format",
                "picture",
                "run",
                "0",
                results,
                "--out=grid.gif");
    }

    @ParameterizedTest
    @CsvSource({"report, /proc/x.html", "picture run 0, /proc/x.svg"})
    void reportsAndPicturesToAPathThatCanNotBeWritten(String command, String path) throws IOException {
        // Found before the results are asked for, which aren't there.
        List<String> args = new ArrayList<>(List.of(command.split(" ")));
        args.addAll(List.of("--results=" + folder.resolve("none"), "--out=" + path));
        assertRefused(
                "--out = " + path + ": can't be written: its folder takes no files; correct the path",
                args.toArray(String[]::new));
    }

    @Test
    void picturesTellOfDamagedTables() throws IOException {
        Path damaged = Files.createDirectories(folder.resolve("results/runs/run_id=lost"));
        Files.writeString(damaged.resolve("part-0.parquet"), "PAR1");

        List<String> lines = execute(
                ExitCode.INVALID_INPUT,
                "picture",
                "lost",
                "0",
                "--results=" + folder.resolve("results"),
                "--master=local[2]",
                "--out=" + folder.resolve("x.svg"));

        assertThat(lines).anyMatch(line -> line.contains("part-0.parquet"));
    }

    @Test
    void queryWithASyntaxError() throws IOException {
        // The rest is in Spark's words, which change from version to version.
        assertThat(refusal(sql(".", "SELEC 1")))
                .startsWith("query: [PARSE_SYNTAX_ERROR] Syntax error at or near 'SELEC'")
                .endsWith("line 1 pos 0");
    }

    @Test
    void queryOfAnUnknownColumn() throws IOException {
        assertThat(refusal(sql(".", "SELECT colour FROM grids")))
                .startsWith("query: [UNRESOLVED_COLUMN.WITH_SUGGESTION] ")
                .contains("`colour` cannot be resolved")
                .endsWith("line 1 pos 7");
    }

    @Test
    void generateWithTooLargeAnAmplitude() throws IOException {
        assertRefused(
                "amplitude: 2.0, it must be above 0 and below 1, as contrasts must; give one like 0.3",
                "generate",
                "--model",
                "smooth",
                "--amplitude",
                "2",
                "--out",
                folder.resolve("grids.txt").toString());
    }

    @ParameterizedTest
    @CsvSource({"grids.txt", "grids.npy", "grids.parquet"})
    void generateToAnExistingFile(String name) throws IOException {
        Path data = Files.createFile(folder.resolve(name));
        assertRefused(
                data + ": exists already and is not overwritten; choose another name or remove it",
                "generate",
                "--model",
                "layers",
                "--master",
                "local[2]",
                "--out",
                data.toString());
    }

    @Test
    void tooManyUnits() throws IOException {
        assertRunRefused("--units = 2000000000: must be from 1 to 10000; correct the value", "--units", "2000000000");
    }

    @ParameterizedTest
    @CsvSource({"local[0]", "local[x]", "nonsense"})
    void aMasterThatSparkDoesNotKnow(String master) throws IOException {
        assertRefused(
                "--master = " + master + ": must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...;"
                        + " correct the value",
                "sql",
                "SELECT 1",
                "--master",
                master,
                "--results",
                folder.toString());
    }

    @Test
    void aFileForResults() throws IOException {
        Path target = Files.createFile(folder.resolve("a-file"));
        assertRefused("--results = " + target + ": is a file; name a folder", sql("a-file", "SELECT 1"));
    }

    @ParameterizedTest
    @CsvSource({"/proc/foo, the folder can't be made", "/proc, /proc/"})
    void resultsThatCanNotBeWritten(String results, String cause) throws IOException {
        MAPPER.writeValue(file.toFile(), config);
        assertThat(refusal("run", "--experiment=" + file, "--results=" + results, "--master=local[2]"))
                .startsWith("--results = " + results + ": can't be written: " + cause)
                .endsWith("; correct the path");
    }

    @Test
    void queryThatFailsWhenItRuns() throws IOException {
        assertThat(refusal(sql(".", "SELECT element_at(array(id), int(id - 1)) FROM range(3)")))
                .startsWith("query: ")
                .containsIgnoringCase("index 0 is invalid");
    }

    @ParameterizedTest
    @CsvSource({"--nx, 40000, --nz, 50000", "--c0, Infinity, --seed, 1", "--width, 4.9e-324, --depth, 1"})
    void generateWithAbsurdSizes(String first, String firstValue, String second, String secondValue)
            throws IOException {
        assertThat(refusal(
                        "generate",
                        "--model=layers",
                        "--out=" + folder.resolve("new.txt"),
                        first + "=" + firstValue,
                        second + "=" + secondValue))
                .contains(": must ")
                .endsWith("; correct the value");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --out=p.txt              | --out = p.txt: unknown format of measured data; end the name in .npy or .parquet
                    --out=p.npy --noise=-0.1 | --noise = -0.1: must be from 0 to 1e6; correct the value
                    --out=p.npy --noise=NaN  | --noise = NaN: must be from 0 to 1e6; correct the value
                    --noise=1                | Missing required option: '--out=PATH'
                    """)
    void wrongOptionOfSimulate(String options, String problem) throws IOException {
        Stream<String> simulate = Stream.of("simulate", "--experiment", "conf/notebook.json");
        assertRefused(
                problem,
                Stream.concat(simulate, Stream.of(options.split(" ", -1))).toArray(String[]::new));
    }

    @Test
    void simulateOfMeasuredDataOrToAFileThatIsThere() throws IOException {
        Path there = Files.createFile(folder.resolve("there.npy"));
        MAPPER.writeValue(file.toFile(), config);
        String[] simulate = {
            "simulate", "--experiment", file.toString(), "--master", "local[2]", "--out", there.toString()
        };
        assertRefused(there + ": exists already and is not overwritten; choose another name or remove it", simulate);
        MAPPER.writeValue(file.toFile(), config.put("data_kind", "pressure"));
        assertRefused(
                file + ": data_kind = pressure: measured data are there already; name an experiment with models",
                simulate);
    }

    @Test
    void generateDoesNotMakeMeasuredData() throws IOException {
        assertRefused(
                "--kind = pressure: must be contrast or velocity (simulate makes pressures); correct the value",
                "generate",
                "--model=layers",
                "--kind=pressure",
                "--out=" + folder.resolve("grids.npy"));
    }

    @ParameterizedTest
    @CsvSource({"run:1.txt", "foo://x/a.txt", "/dev/null/a.npy"})
    void generateToAPathThatCanNotBeWritten(String path) throws IOException {
        assertThat(refusal("generate", "--model=layers", "--out=" + path))
                .startsWith("--out = " + path + ": can't be written: ")
                .endsWith("; correct the path");
    }
}
