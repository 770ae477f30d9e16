package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.Commands.Outcome;
import io.octospark.results.HandMadeResults;
import io.octospark.results.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The commands that read results: sql and compare. */
class SqlCommandTest {
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
        // Logging takes the standard error that it finds first, which must not be one that a test captures.
        LoggerFactory.getLogger(SqlCommandTest.class);
        try (SparkSession spark = HandMadeResults.spark()) {
            HandMadeResults.write(new ResultStore(spark, results.toString()));
        }
    }

    @AfterAll
    static void usualSpark() {
        System.clearProperty("spark.ui.enabled");
        System.clearProperty("spark.sql.shuffle.partitions");
    }

    private static String[] command(String name, String... more) {
        Stream<String> command = Stream.of(name, "--master=local[2]", "--format=csv", "--results=" + results);
        return Stream.concat(command, Arrays.stream(more)).toArray(String[]::new);
    }

    private static List<String> done(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    private static void assertRefused(Outcome outcome, String error) {
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err()).isEqualTo("error: " + error + System.lineSeparator());
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
                Commands.execute(command("sql")),
                "no query; give one, name a file with --file, or write one to standard input");
        assertRefused(
                Commands.execute(command("sql", "--file=a.sql", "SELECT 1")),
                "--file = a.sql: there is a query besides; give one or the other");
        assertRefused(
                Commands.execute(command("sql", "--file=" + folder.resolve("none.sql"))),
                "--file = " + folder.resolve("none.sql") + ": no such file; check the path");
    }

    @Test
    void nothingRunsBeforeAStatementThatWouldWrite() {
        assertRefused(
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
                        "error: run three: no such run in " + results + "; " + SQL_RUN_IDS,
                        "error: run four: no such run in " + results + "; " + SQL_RUN_IDS);
        assertRefused(Commands.execute(command("compare", "one", "one")), "run one: named twice; name two runs");
    }
}
