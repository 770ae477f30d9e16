package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octospark.cli.Launcher.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's pages show of a run that has ended, by the history server's REST API. */
class HistoryServerIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private String applications;

    private JsonNode get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(applications + path)).build();
        try {
            return MAPPER.readTree(HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            // Not there yet.
            return MAPPER.createArrayNode();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRunIsShownInWordsAfterItsEnd() throws Exception {
        Outcome run = Launcher.octospark(
                folder,
                Map.of(),
                "run",
                "--experiment",
                Path.of("conf/notebook.json").toAbsolutePath().toString(),
                "--",
                "--conf",
                "spark.eventLog.enabled=true",
                "--conf",
                "spark.eventLog.dir=results/spark-events");
        assertThat(run.exitCode()).as(run.err()).isZero();

        int port = StandaloneCluster.freePort();
        applications = "http://127.0.0.1:" + port + "/api/v1/applications";
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("submit-scripts/history-server.sh")
                                .toAbsolutePath()
                                .toString(),
                        "results/spark-events",
                        Integer.toString(port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("history.txt").toFile());
        builder.environment().put("OCTOSPARK_BUILD", System.getProperty("octospark.build.folder"));
        builder.environment().put("SPARK_DAEMON_JAVA_OPTS", StandaloneCluster.QUICK_START);
        builder.environment().remove("SPARK_HOME");
        Process server = builder.start();
        try {
            StandaloneCluster.await(() -> server.isAlive() && get("").size() == 1);
            JsonNode application = get("").get(0);
            assertThat(application.get("name").textValue()).isEqualTo("OctoSpark notebook");
            String id = "/" + application.get("id").textValue();

            String work = "notebook: 10 grids on 1 unit, repeat 1 of 1";
            assertThat(texts(get(id + "/jobs"), "description")).contains(work, "notebook: rows of units and run");
            JsonNode stage = null;
            for (JsonNode candidate : get(id + "/stages?details=true")) {
                stage = candidate.get("name").textValue().equals(work) ? candidate : stage;
            }
            assertThat(stage).isNotNull();
            assertThat(stage.get("accumulatorUpdates")).anySatisfy(accumulator -> {
                assertThat(accumulator.get("name").textValue()).isEqualTo("grids done");
                assertThat(accumulator.get("value").textValue()).isEqualTo("10");
            });
            // The tables are read without these logs.
            assertThat(Launcher.octospark(folder, Map.of(), "sql", "--format=csv", "SELECT count(*) AS n FROM grids")
                            .out())
                    .isEqualTo("n\n10\n");
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly().waitFor();
        }
    }

    private static List<String> texts(JsonNode list, String key) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.path(key).asText()));
        return texts;
    }

    @Test
    void wrongUsage() throws Exception {
        Outcome none = Launcher.script("history-server.sh", folder, Map.of());
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err())
                .isEqualTo("history-server: results/spark-events: no such folder; runs write event logs with -- --conf"
                        + " spark.eventLog.enabled=true --conf spark.eventLog.dir=FOLDER\n");
        assertThat(Launcher.script("history-server.sh", folder, Map.of(), ".", "0")
                        .err())
                .isEqualTo("history-server: PORT = 0: must be from 1 to 65535; correct the value\n");
    }
}
