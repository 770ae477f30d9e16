package io.octospark.cli.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.Commands;
import io.octospark.cli.Commands.Outcome;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.OutputFormat;
import io.octospark.error.ErrorCode;
import io.octospark.results.HandMadeResults;
import io.octospark.results.ResultStore;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The commands on results: sql, compare, export and import. */
@Tag("every-spark")
class ResultCommandsTest {
    private static final String SQL_RUN_IDS =
            "octospark sql \"SELECT run_id, experiment, started_at FROM runs\" lists them";

    @TempDir
    private static Path results;

    @TempDir
    private Path folder;

    @BeforeAll
    static void handMadeResults() throws IOException {
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.sql.shuffle.partitions", "1");
        System.setProperty("spark.sql.codegen.wholeStage", "false");
        System.setProperty("spark.sql.codegen.factoryMode", "NO_CODEGEN");
        // Logging takes the standard error that it finds first, which must not be one that a test captures.
        LoggerFactory.getLogger(ResultCommandsTest.class);
        try (SparkSession spark = LocalSpark.open()) {
            HandMadeResults.write(new ResultStore(spark, results.toString()));
        }
    }

    @AfterAll
    static void usualSpark() {
        System.clearProperty("spark.ui.enabled");
        System.clearProperty("spark.sql.shuffle.partitions");
        System.clearProperty("spark.sql.codegen.wholeStage");
        System.clearProperty("spark.sql.codegen.factoryMode");
    }

    private static String[] command(String name, String... more) {
        Stream<String> command = Stream.of(name, "--master=local[2]", "--format=csv", "--results=" + results);
        return Stream.concat(command, Arrays.stream(more)).toArray(String[]::new);
    }

    private static List<String> done(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    private static void assertRefused(ErrorCode code, Outcome outcome, String error) {
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err()).isEqualTo("error[" + code + "]: " + error + System.lineSeparator());
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void statementsOfAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("two.sql"), """
                -- How many; and of which.
                SELECT count(*) AS runs FROM runs;
                SELECT ';' AS text, grids_per_second FROM v_throughput WHERE run_id = 'one';
                """);

        assertThat(done(Commands.execute(command("sql", "--file", file.toString()))))
                .containsExactly("runs", "5", "text,grids_per_second", ";,0.5");
    }

    @Test
    void tablesHaveSixSignificantDigitsAndFilesAll() throws IOException {
        String query = "SELECT double(9.257179999995202E-4) AS a, float(0.0336) AS b, double(1234567.8) AS c,"
                + " double('NaN') AS d, double(null) AS e, 1234567 AS f, '0.12345678' AS g";
        String[] table = {"sql", "--master=local[2]", "--format=table", "--results=" + results, query};
        String row = done(Commands.execute(table)).stream()
                .filter(line -> line.contains("NaN"))
                .findFirst()
                .orElseThrow();
        assertThat(row.replace(" ", "")).isEqualTo("|9.25718E-4|0.0336|1234570.0|NaN||1234567|0.12345678|");
        assertThat(done(Commands.execute(command("sql", query))))
                .containsExactly("a,b,c,d,e,f,g", "9.257179999995202E-4,0.0336,1234567.8,NaN,,1234567,0.12345678");

        StringWriter made = new StringWriter();
        OutputFormat.TABLE.print(List.of("x", "y"), List.of(List.of(2.0 / 3, 1234567)), new PrintWriter(made, true));
        assertThat(made.toString().replace(" ", "")).contains("|0.666667|1234567|");
    }

    @Test
    void whatATerminalWouldObeyIsNotWrittenToIt() throws IOException {
        String query = "SELECT 'a\u001b[2Jb\u009b\u202e' AS `x\u001b`, 'c\nd\te' AS y";
        for (String format : List.of("table", "json")) {
            List<String> lines = done(
                    Commands.execute("sql", "--master=local[2]", "--format=" + format, "--results=" + results, query));
            assertThat(lines).allSatisfy(line -> assertThat(line).matches("[ -~]*"));
            assertThat(String.join("\n", lines))
                    .contains(
                            format.equals("table")
                                    ? new String[] {"| x?       | y   |", "| a?[2Jb?? | c   |", "|          | d e |"}
                                    : new String[] {"\"a\\u001B[2Jb\\u009b\\u202e\",\"y\":\"c\\nd\\te\""});
        }
        assertThat(done(Commands.execute(command("sql", query))).get(1)).contains("a\u001b[2Jb\u009b\u202e");

        StringWriter made = new StringWriter();
        OutputFormat.TABLE.print(List.of("x"), List.of(List.of("a\u001b]0;b\u0007")), new PrintWriter(made, true));
        assertThat(made.toString()).contains("| a?]0;b? |");
    }

    @Test
    void statementsOfStandardInput() {
        assertThat(done(Commands.executeReading("SELECT 5 AS five;SELECT 'two'", command("sql"))))
                .containsExactly("five", "5", "two", "two");
        assertThat(done(Commands.executeReading("SELECT 5 AS five", command("sql", "-"))))
                .containsExactly("five", "5");
        assertThat(done(Commands.executeReading("SELECT 5 AS five", command("sql", "--file=-"))))
                .containsExactly("five", "5");
    }

    @Test
    void noStatementOrTwoSources() {
        assertRefused(
                ErrorCode.QUERY_MISSING,
                Commands.execute(command("sql")),
                "no query; give one, name a file with --file, or write one to standard input");
        assertRefused(
                ErrorCode.OPTIONS_CONFLICT,
                Commands.execute(command("sql", "--file=a.sql", "SELECT 1")),
                "--file = a.sql: there is a query besides; give one or the other");
        assertRefused(
                ErrorCode.FILE_NOT_FOUND,
                Commands.execute(command("sql", "--file=" + folder.resolve("none.sql"))),
                "--file = " + folder.resolve("none.sql") + ": no such file; check the path");
    }

    @Test
    void nothingRunsBeforeAStatementThatWouldWrite() {
        assertRefused(
                ErrorCode.QUERY_NOT_READING,
                Commands.execute(command("sql", "SELECT 1; DROP TABLE grids")),
                "query: 'DROP TABLE grids': only statements that read are run: SELECT, WITH, VALUES, TABLE, FROM, SHOW,"
                        + " DESCRIBE and EXPLAIN; change the tables with another program");
    }

    @Test
    void whatCanNotBeShownIsSaid() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Outcome outcome = Commands.execute(
                "sql", "--master=local[2]", "--format=csv", "--results=" + empty, "SELECT count(*) AS n FROM grids");

        assertThat(done(outcome)).containsExactly("n", "0");
        assertThat(outcome.err())
                .isEqualTo(empty + ": no results yet; run an experiment first (octospark run) or name another with"
                        + " --results" + System.lineSeparator());
    }

    @Test
    void compareTwoRuns() {
        assertThat(done(Commands.execute(command("compare", "one", "two"))))
                .containsExactly(
                        "figure,a,b,ratio",
                        "run_id,one,two,",
                        "experiment,hand,hand,",
                        "status,complete,complete,",
                        "backend,xrt-emulated,xrt-emulated,",
                        "compute_units,1,2,",
                        "grids_done,4,8,",
                        "wall_seconds,8.0,10.0,1.25",
                        "grids_per_second,0.5,0.8,1.6",
                        "grid_seconds_median,1.5,2.5,1.6666666666666667",
                        "joules_per_grid,,5.0,",
                        "model_error_median,,0.25,");
    }

    @Test
    void compareUnknownRuns() {
        Outcome outcome = Commands.execute(command("compare", "three", "four"));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err().lines())
                .containsExactly(
                        "error[NO_SUCH_RUN]: run three: no such run in " + results + "; " + SQL_RUN_IDS,
                        "error[NO_SUCH_RUN]: run four: no such run in " + results + "; " + SQL_RUN_IDS);
        assertRefused(
                ErrorCode.RUN_SELECTION,
                Commands.execute(command("compare", "one", "one")),
                "run one: named twice; name two runs");
    }

    @Test
    void runsGoToFilesOfOctoRayAndBack() throws IOException {
        Path files = folder.resolve("files");
        String[] export = {"export", "--master=local[2]", "--results=" + results, "--out=" + files, "one", "two", "slow"
        };
        assertThat(done(Commands.execute(export)))
                .containsExactly(
                        files.resolve("1_40_1.txt").toString(),
                        files.resolve("1_40_2.txt").toString());
        // Two runs of one repeat, and one run of two.
        assertThat(files.resolve("1_40_1.txt")).hasContent("""
                0: {"id": 1, "cu": 1, "dot": 1.0, "upd": 0.5, "time": 6.0}
                wall_time:8.0\s
                1: {"id": 1, "cu": 1, "dot": 1.0, "upd": 0.5, "time": 8.0}
                wall_time:10.0\s
                """);
        assertThat(files.resolve("1_40_2.txt")).hasContent("""
                0: {"id": 1, "cu": 1, "dot": 1.0, "upd": 0.5, "time": 3.0}
                {"id": 2, "cu": 1, "dot": 1.0, "upd": 0.5, "time": 2.0}
                wall_time:4.0\s
                1: {"id": 1, "cu": 1, "dot": 1.0, "upd": 0.5, "time": 4.0}
                {"id": 2, "cu": 1, "dot": 1.0, "upd": 0.5, "time": 2.0}
                wall_time:5.0\s
                """);
        assertRefused(
                ErrorCode.FILE_EXISTS,
                Commands.execute(export),
                files.resolve("1_40_1.txt")
                        + ": exists already and is not overwritten; choose another folder or remove it");

        Path imported = folder.resolve("imported");
        String[] add = {
            "import",
            "--master=local[2]",
            "--results=" + imported,
            "--cells=10",
            files.resolve("1_40_1.txt").toString(),
            files.resolve("1_40_2.txt").toString()
        };
        List<String> runs = done(Commands.execute(add));
        assertThat(runs)
                .containsExactly("octoray-1_40_1-0", "octoray-1_40_1-1", "octoray-1_40_2-0", "octoray-1_40_2-1");
        // Without rows of grids there are no failures.
        String[] rates = {
            "sql",
            "--master=local[2]",
            "--format=csv",
            "--results=" + imported,
            "SELECT grids, grids_done, grids_per_second FROM v_balance WHERE run_id = 'octoray-1_40_1-1'"
        };
        assertThat(done(Commands.execute(rates))).containsExactly("grids,grids_done,grids_per_second", "4,4,0.5");
        Outcome twice = Commands.execute(add);
        assertThat(twice.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(twice.err().lines())
                .containsExactly(
                        "error[RUN_IMPORTED_ALREADY]: 1_40_1.txt: its run octoray-1_40_1-0 is in the tables already, or it is named twice; name"
                                + " another --experiment",
                        "error[RUN_IMPORTED_ALREADY]: 1_40_2.txt: its run octoray-1_40_2-0 is in the tables already, or it is named twice; name"
                                + " another --experiment");
        Path again = folder.resolve("again");
        done(Commands.execute(Stream.concat(
                        Stream.of("export", "--master=local[2]", "--results=" + imported, "--out=" + again),
                        runs.stream())
                .toArray(String[]::new)));
        for (String name : List.of("1_40_1.txt", "1_40_2.txt")) {
            assertThat(again.resolve(name)).hasSameTextualContentAs(files.resolve(name));
        }
        assertThat(done(Commands.execute(
                        "sql",
                        "--master=local[2]",
                        "--format=csv",
                        "--results=" + imported,
                        "SELECT compute_units, runs, grids_per_second_median, speedup FROM v_scaling ORDER BY compute_units",
                        "SELECT run_id, status, backend, unit_seconds FROM v_throughput ORDER BY run_id",
                        "SELECT phase, seconds, share FROM v_phase_share WHERE run_id = 'octoray-1_40_1-0' ORDER BY phase",
                        "SELECT count(*), count(start_seconds) FROM v_stragglers")))
                .containsExactly(
                        "compute_units,runs,grids_per_second_median,speedup",
                        "1,2,0.45,1.0",
                        "2,2,0.9,2.0",
                        "run_id,status,backend,unit_seconds",
                        "octoray-1_40_1-0,complete,octoray,6.0",
                        "octoray-1_40_1-1,complete,octoray,8.0",
                        "octoray-1_40_2-0,complete,octoray,5.0",
                        "octoray-1_40_2-1,complete,octoray,6.0",
                        "phase,seconds,share",
                        "dotprod,1.0,0.6666666666666666",
                        "update,0.5,0.3333333333333333",
                        "count(1),count(start_seconds)",
                        "6,0");
    }

    @Test
    void whatHasNoFormOfOctoRay() throws IOException {
        String[] export = {"export", "--master=local[2]", "--results=" + results, "--out=" + folder.resolve("files")};
        assertRefused(
                ErrorCode.RUN_NOT_EXPORTABLE,
                Commands.execute(
                        Stream.concat(Arrays.stream(export), Stream.of("open")).toArray(String[]::new)),
                "run open: no repeat of it has ended; export runs that have");
        assertThat(folder.resolve("files")).doesNotExist();
        Path file = Files.writeString(
                folder.resolve("1_40_1.txt"),
                "0: {\"id\": 1, \"cu\": 1, \"dot\": 1.0, \"upd\": 0.5, \"time\": 6.0}\nwall_time:8.0 \n");
        String[] add = {"import", "--master=local[2]", "--results=" + folder.resolve("r"), file.toString()};
        assertRefused(
                ErrorCode.DATA_SIZE,
                Commands.execute(Stream.concat(Arrays.stream(add), Stream.of("--cells=7"))
                        .toArray(String[]::new)),
                "1_40_1.txt: 40 grid points on 1 unit are no whole grids of 7; correct --cells, the grid points of one"
                        + " grid");
        assertRefused(
                ErrorCode.VALUE_OUT_OF_RANGE,
                Commands.execute(Stream.concat(Arrays.stream(add), Stream.of("--cells=10", "--experiment=a/b"))
                        .toArray(String[]::new)),
                "--experiment = a/b: must be of letters, digits, dots, dashes and underscores, it is part of folder names;"
                        + " correct it");
        assertThat(folder.resolve("r")).doesNotExist();
    }
}
