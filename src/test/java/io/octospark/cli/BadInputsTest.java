package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.BadInputs.BadInput;
import io.octospark.cli.Commands.Outcome;
import io.octospark.cli.options.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * What users get wrong ends with exit code 2 and one line that says what to do; nothing is written, and the JVM, one for all
 * of it, goes on.
 */
class BadInputsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, String> SETTINGS = Map.of(
            "spark.ui.enabled", "false",
            "spark.sql.shuffle.partitions", "1",
            "spark.hadoop.ipc.client.connect.max.retries", "0");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeFiles() throws IOException {
        SETTINGS.forEach(System::setProperty);
        // Logging takes the standard error that it finds first, which must not be one that a test captures.
        LoggerFactory.getLogger(BadInputsTest.class);
        BadFiles.write(folder);
    }

    @AfterAll
    static void usualSpark() {
        SETTINGS.keySet().forEach(System::clearProperty);
    }

    static List<BadInput> badInputs() {
        return BadInputs.all();
    }

    @ParameterizedTest
    @MethodSource("badInputs")
    void isRefused(BadInput input) throws IOException {
        input.write(folder);
        Map<Path, Long> before = files();

        Outcome outcome = Commands.execute(input.words(folder));

        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err().lines()).noneMatch(line -> line.startsWith("\tat "));
        assertThat(outcome.err().lines().filter(line -> line.startsWith("error")))
                .singleElement()
                .asString()
                .matches(input.line(folder));
        assertThat(outcome.out()).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    /** Every file with its length. */
    private static Map<Path, Long> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<Path, Long> lengths = new TreeMap<>();
            for (Path file : files.toList()) {
                lengths.put(file, Files.isDirectory(file) ? 0 : Files.size(file));
            }
            return lengths;
        }
    }

    @Test
    void areManyAndOfAllCommands() {
        assertThat(BadInputs.all()).hasSizeGreaterThan(80).doesNotHaveDuplicates();
        assertThat(BadInputs.all())
                .extracting(input -> input.command().get(0))
                .contains(
                        "run",
                        "plan",
                        "check",
                        "devices",
                        "hosts",
                        "sql",
                        "compare",
                        "export",
                        "import",
                        "report",
                        "picture",
                        "generate",
                        "simulate",
                        "xclbin",
                        "bench");
    }

    @Test
    void allProblemsOfAFileAreReportedAtOnce() throws IOException {
        ObjectNode experiment = BadFiles.notebook().put("grid", 5).put("replicate", 0);
        ((ObjectNode) experiment.get("fwi")).put("nSources", -20).remove("c_0");
        Path file = folder.resolve("several.json");
        MAPPER.writeValue(file.toFile(), experiment);

        Outcome outcome = Commands.execute("plan", "--experiment=" + file);

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err().lines())
                .containsExactly(
                        "error[MISSING_KEY]: " + file + ": fwi.c_0: missing; give a number from 0.001 to 1e9",
                        "error[VALUE_OUT_OF_RANGE]: " + file
                                + ": fwi.nSources = -20: must be a whole number from 1 to 100000; correct the value",
                        "error[VALUE_OUT_OF_RANGE]: " + file
                                + ": replicate = 0: must be a whole number from 1 to 2147483647; correct the value",
                        "error[UNKNOWN_KEY]: " + file
                                + ": grid: unknown key; known keys are name, fwi, inversion, forward_model, synthetic, data,"
                                + " data_kind, replicate, redundant, precision, kernels, accelerator; correct or remove it");
    }

    @Test
    void resourcesOfALocalMaster() throws IOException {
        System.setProperty("spark.task.resource.fpga.amount", "1");
        try {
            Outcome outcome = Commands.execute("sql", "--master=local[2]", "--results=" + folder, "SELECT 1");
            assertThat(outcome.err())
                    .isEqualTo(
                            "error[MASTER_RESOURCES]: spark.task.resource.fpga.amount = 1: a local[2] master offers no such"
                                    + " resource and Spark would wait for it for ever; remove the setting or name a cluster with"
                                    + " --master" + System.lineSeparator());
        } finally {
            System.clearProperty("spark.task.resource.fpga.amount");
        }
    }

    @Test
    void aFolderForTheEventLogThatCanNotBeMade() throws IOException {
        System.setProperty("spark.eventLog.enabled", "true");
        System.setProperty("spark.eventLog.dir", "hdfs://127.0.0.1:1/events");
        try {
            Outcome outcome = Commands.execute("sql", "--master=local[2]", "--results=" + folder, "SELECT 1");
            assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
            assertThat(outcome.err())
                    .startsWith("error[EVENT_LOG]: spark.eventLog.dir = hdfs://127.0.0.1:1/events: can't be made: ")
                    .endsWith("; name another folder, or leave spark.eventLog.enabled out" + System.lineSeparator());
        } finally {
            System.clearProperty("spark.eventLog.enabled");
            System.clearProperty("spark.eventLog.dir");
        }
    }
}
