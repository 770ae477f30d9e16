package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.Launcher.Outcome;
import io.octospark.cli.options.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Some of what users get wrong, given to the launcher as they do: one line, exit code 2, nothing written. */
class BadInputsIT {
    /** What the launcher, spark-submit and the command are told, and the one line of each on standard error that matters. */
    private record Wrong(List<String> words, String line) {
        static Wrong of(String line, String... words) {
            return new Wrong(List.of(words), line);
        }
    }

    @TempDir
    private static Path folder;

    private static ExecutorService two;
    private static List<Wrong> inputs;
    private static List<Future<Outcome>> outcomes;

    @BeforeAll
    static void start() throws IOException {
        Path notebook = Path.of("conf/notebook.json").toAbsolutePath();
        Files.writeString(folder.resolve("experiment.json"), "{\"fwi\": {}, \"data\": }");
        Files.writeString(folder.resolve("grids.txt"), "0.1\n");
        Files.writeString(folder.resolve("text.xclbin"), "no xclbin");
        inputs = List.of(
                Wrong.of(
                        "octospark: --master = nonsense: must be local[N], local[*], spark://HOST:PORT, yarn or k8s://...;"
                                + " correct the value",
                        "sql",
                        "SELECT 1",
                        "--master",
                        "nonsense"),
                Wrong.of(
                        "octospark: --deploy-mode = cluster: --master local[*] has no other host; name a cluster",
                        "run",
                        "--deploy-mode",
                        "cluster"),
                Wrong.of(
                        "error[USAGE]: Unknown option: '--grid=5'",
                        "run",
                        "--experiment",
                        notebook.toString(),
                        "--grid=5"),
                Wrong.of(
                        "error[USAGE]: --units = 0: must be from 1 to 10000; correct the value",
                        "plan",
                        "--experiment",
                        notebook.toString(),
                        "--units",
                        "0"),
                Wrong.of(
                        "error[JSON_SYNTAX]: experiment.json: line 1, column 21: not valid JSON: Unexpected character ('}'"
                                + " (code 125)): expected a value; correct the file",
                        "run",
                        "--experiment",
                        "experiment.json"),
                Wrong.of(
                        "error[MASTER_UNREACHABLE]: --master = spark://127.0.0.1:1: no master is there (Connection refused);"
                                + " start the cluster (submit-scripts/start-cluster.sh) or correct the address",
                        "run",
                        "--experiment",
                        notebook.toString(),
                        "--master",
                        "spark://127.0.0.1:1"),
                Wrong.of(
                        "error[MASTER_INVALID]: --master = spark://127.0.0.1:seven: must be local, local[N], local[*],"
                                + " spark://HOST:PORT, yarn or k8s://...; correct the value",
                        "sql",
                        "SELECT 1",
                        "--master",
                        "spark://127.0.0.1:seven"),
                Wrong.of(
                        "error[QUERY_NOT_READING]: query: 'DROP TABLE grids': only statements that read are run: SELECT, WITH,"
                                + " VALUES, TABLE, FROM, SHOW, DESCRIBE and EXPLAIN; change the tables with another program",
                        "sql",
                        "DROP TABLE grids"),
                Wrong.of(
                        "error[BITSTREAM_FORMAT]: text.xclbin: does not start with xclbin2 as xclbin files do; give the path of"
                                + " an xclbin",
                        "xclbin",
                        "info",
                        "text.xclbin"),
                Wrong.of(
                        "error[FILE_EXISTS]: grids.txt: exists already and is not overwritten; choose another name or remove"
                                + " it",
                        "generate",
                        "--model=layers",
                        "--out=grids.txt"),
                Wrong.of(
                        "error[DATA_SIZE]: " + folder.resolve("grids.txt")
                                + ": 1 values are not a multiple of 100, the cells of a grid (ngrid.x * ngrid.z); correct ngrid or"
                                + " the file",
                        "run",
                        "--experiment",
                        notebook.toString(),
                        "--data",
                        "grids.txt"));
        two = Executors.newFixedThreadPool(2);
        outcomes = inputs.stream()
                .map(input ->
                        two.submit(() -> Launcher.octospark(folder, Map.of(), input.words.toArray(String[]::new))))
                .toList();
    }

    @AfterAll
    static void end() {
        two.shutdownNow();
    }

    static Stream<Integer> numbers() {
        return Stream.iterate(0, number -> number + 1).limit(inputs.size());
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void isRefused(int number) throws Exception {
        Wrong input = inputs.get(number);

        Outcome outcome = outcomes.get(number).get();

        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .noneMatch(line -> line.startsWith("\tat "))
                .filteredOn(line -> line.startsWith("error") || line.startsWith("octospark: "))
                .containsExactly(input.line);
        assertThat(folder.resolve("results")).doesNotExist();
        assertThat(folder.resolve("grids.txt")).hasContent("0.1\n");
    }
}
