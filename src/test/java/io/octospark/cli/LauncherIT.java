package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.Launcher.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a user starts them: the launcher, spark-submit and the application jar in processes of their own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LauncherIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path NOTEBOOK = Path.of("conf/notebook.json").toAbsolutePath();

    /** One folder for all tests: the notebook's run is queried by several. */
    @TempDir
    private static Path folder;

    private static Outcome octospark(String... arguments) throws IOException, InterruptedException {
        return Launcher.octospark(folder, Map.of(), arguments);
    }

    @Test
    @Order(1)
    @Tag("every-spark")
    void theNotebookExperimentRuns() throws Exception {
        Outcome run = octospark("run", "--experiment", NOTEBOOK.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("on 1 unit\n")
                .contains("grids       10, 10 converged, 0 failed")
                .contains("iterations  180, 18.0 per grid")
                .containsPattern("unit time   dot [0-9.]+ s, upd [0-9.]+ s, host [0-9.]+ s, total [0-9.]+ s")
                .containsPattern("wall time   [0-9.]+ s")
                .contains("tables      file:" + folder.resolve("results"));
        // No terminal here: plain lines.
        assertThat(run.err())
                .contains("10 grids on 1 unit\n")
                .contains("10 of 10 grids")
                .containsPattern(
                        "Spark's pages: http://\\S+ until the run ends\\. To keep them for the history server, add:"
                                + " -- --conf spark\\.eventLog\\.enabled=true --conf spark\\.eventLog\\.dir=DIR\n");
    }

    @Test
    @Order(2)
    void csvIsAllThatAQueryPrints() throws Exception {
        Outcome sql = octospark("sql", "SELECT cu, count(*) FROM grids GROUP BY cu", "--format", "csv");

        assertThat(sql.exitCode()).as(sql.err()).isZero();
        assertThat(sql.out()).isEqualTo("cu,count(1)\n1,10\n");
    }

    @Test
    @Order(2)
    @Tag("every-spark")
    void jsonIsAllThatAQueryPrints() throws Exception {
        Outcome sql = octospark(
                "sql",
                "--format=json",
                "SELECT grid_id, iterations, status, error, residual_history FROM grids ORDER BY grid_id");

        assertThat(sql.exitCode()).as(sql.err()).isZero();
        JsonNode rows = MAPPER.readTree(sql.out());
        assertThat(rows).hasSize(10);
        assertThat(rows.get(9).get("grid_id").intValue()).isEqualTo(9);
        assertThat(rows.get(9).get("iterations").intValue()).isEqualTo(18);
        assertThat(rows.get(9).get("residual_history")).hasSize(18);
    }

    @Test
    @Order(2)
    void severalQueriesPrintSeveralTables() throws Exception {
        Outcome sql = octospark("sql", "SELECT status FROM runs", "SELECT id, cu, grids FROM units");

        assertThat(sql.exitCode()).as(sql.err()).isZero();
        assertThat(sql.out()).isEqualTo("""
                        +----------+
                        | status   |
                        +----------+
                        | complete |
                        +----------+
                        +----+----+-------+
                        | id | cu | grids |
                        +----+----+-------+
                        |  1 |  1 |    10 |
                        +----+----+-------+
                        """);
    }

    @Test
    @Order(2)
    void aPromptOpensOnATerminal() throws Exception {
        // The program script gives the command a terminal.
        String command =
                "stty cols 100 rows 30; " + Path.of("submit-scripts/octospark").toAbsolutePath() + " sql --format csv";
        Path transcript = folder.resolve("transcript");
        ProcessBuilder builder = new ProcessBuilder("script", "-qefc", command, transcript.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prompt.txt").toFile());
        builder.environment().put("OCTOSPARK_BUILD", System.getProperty("octospark.build.folder"));
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        builder.environment().put("TERM", "xterm");
        builder.environment().remove("SPARK_HOME");
        Process process = builder.start();
        try (OutputStream keys = process.getOutputStream()) {
            awaitText(transcript, "octospark> ", process);
            keys.write("SELECT grids FROM v_balance;\r".getBytes(StandardCharsets.UTF_8));
            keys.flush();
            awaitText(transcript, "grids\r\n10\r\n", process);
            keys.write("quit\r".getBytes(StandardCharsets.UTF_8));
            keys.flush();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isZero();
        assertThat(folder.resolve("state/octospark/sql_history")).content().contains("SELECT grids FROM v_balance;");
    }

    private static void awaitText(Path file, String text, Process process) throws IOException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!Files.exists(file) || !Files.readString(file).contains(text)) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as(() -> "'" + text + "' in " + file)
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    @Order(3)
    void reportAndPictureOfTheRun() throws Exception {
        Outcome report = octospark("report");

        assertThat(report.exitCode()).as(report.err()).isZero();
        String run = report.out().replaceAll("(?s)report-(.*?)\\.html:.*", "$1");
        assertThat(folder.resolve("report-" + run + ".html"))
                .content()
                .startsWith("<!DOCTYPE html>")
                .contains(run);

        Outcome picture = octospark("picture", run, "3", "--out", "grid.png");

        assertThat(picture.exitCode()).as(picture.err()).isZero();
        assertThat(picture.out()).startsWith("grid.png: grid 3 of run " + run + ", ");
        assertThat(Files.readAllBytes(folder.resolve("grid.png"))).startsWith(new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    }

    @Test
    @Order(3)
    @Tag("every-spark")
    void failedGridsEndWithExitCode3() throws Exception {
        List<String> values = Files.readAllLines(Path.of("datasets/10x10_100.txt"));
        values.set(7, "NaN");
        Files.write(folder.resolve("faulty.txt"), values);
        ObjectNode config = (ObjectNode) MAPPER.readTree(NOTEBOOK.toFile());
        config.remove("kernels");
        Files.writeString(
                folder.resolve("faulty.json"),
                config.put("data", "faulty.txt").put("replicate", 2).toString());

        Outcome run = octospark("run", "--experiment=faulty.json", "--results", "faulty", "--master", "local[2]");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.out())
                .contains("grids       2, 0 converged, 2 failed")
                .contains("failures    octospark sql --results faulty");
    }

    @Test
    @Order(3)
    @Tag("every-spark")
    void wrongInputEndsWithExitCode2AndOneMessage() throws Exception {
        Outcome run = octospark("run", "--experiment", "missing.json", "--results", "none");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().filter(line -> !line.startsWith("WARNING: Using incubator modules")))
                .containsExactly("error[FILE_NOT_FOUND]: missing.json: no such file; check the path");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    @Order(3)
    @Tag("every-spark")
    void resourcesOnALocalMasterAreRefused() throws Exception {
        Files.writeString(folder.resolve("fpga.conf"), "spark.task.resource.fpga.amount 1\n");
        Outcome run = Launcher.octospark(
                folder,
                Map.of("OCTOSPARK_SUBMIT_OPTS", "--properties-file fpga.conf"),
                "run",
                "--experiment",
                NOTEBOOK.toString(),
                "--results",
                "none");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "error[MASTER_RESOURCES]: spark.task.resource.fpga.amount = 1: a local[*] master offers no such resource and"
                                + " Spark would wait for it for ever; remove the setting or name a cluster with --master");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    @Order(3)
    @Tag("every-spark")
    void yarnWithoutWhatItNeedsIsRefused() throws Exception {
        Path jars = Files.createDirectories(folder.resolve("spark/jars"));
        Files.createFile(jars.resolve("spark-core_2.13-4.2.0.jar"));
        String spark = folder.resolve("spark").toString();
        String[] command = {"run", "--experiment", NOTEBOOK.toString(), "--master=yarn"};

        Outcome noCluster = Launcher.octospark(folder, Map.of("HADOOP_CONF_DIR", "", "YARN_CONF_DIR", ""), command);
        assertThat(noCluster.exitCode()).isEqualTo(2);
        assertThat(noCluster.err())
                .isEqualTo(
                        "octospark: --master = yarn: set HADOOP_CONF_DIR to the folder with the cluster's core-site.xml"
                                + " and yarn-site.xml\n");
        Outcome noModule = Launcher.octospark(folder, Map.of("HADOOP_CONF_DIR", "conf", "SPARK_HOME", spark), command);
        assertThat(noModule.exitCode()).isEqualTo(2);
        assertThat(noModule.err())
                .isEqualTo("octospark: --master = yarn: no " + spark
                        + "/jars/spark-yarn_*.jar; set SPARK_HOME to a Spark" + " that has it\n");
    }

    @Test
    @Order(3)
    @Tag("every-spark")
    void helpNamesTheCommands() throws Exception {
        Outcome help = octospark("--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("run", "sql", "generate", "Exit codes:");
        assertThat(octospark("--version").out()).startsWith("octospark 0.1.0");
    }
}
