package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.Launcher.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a standalone cluster of two workers, each with an emulated card of two units. */
class StandaloneClusterIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int GRIDS = 12;

    @TempDir
    private static Path clusterFolder;

    private static StandaloneCluster cluster;

    @TempDir
    private Path folder;

    private ObjectNode config;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = new StandaloneCluster(clusterFolder, List.of("127.0.0.2", "127.0.0.3"));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** A bitstream with one unit on the first host, one with two on the second. */
    @BeforeEach
    void hybrid() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        SplittableRandom random = new SplittableRandom(3);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < GRIDS * 100; i++) {
            lines.add(Double.toString(random.nextInt(4) == 0 ? random.nextDouble(0.05, 0.2) : 0));
        }
        config.put("data", Files.write(folder.resolve("grids.txt"), lines).toString());
        config.put("replicate", 1);
        config.putArray("kernels")
                .add(kernel("8000_100_1CU/8000_100_1cu.xclbin", 1, "127.0.0.2"))
                .add(kernel("5000_100_2CU/5000_100_2cu.xclbin", 2, "127.0.0.3"));
    }

    private static ObjectNode kernel(String bitstream, int units, String host) {
        return MAPPER.createObjectNode()
                .put("path_to_bitstream", "bitstreams/" + bitstream)
                .put("no_instances", units)
                .put("host", host);
    }

    private Outcome run(String master, Map<String, String> environment, String results) throws Exception {
        Files.writeString(folder.resolve("experiment.json"), config.toString());
        Map<String, String> all = new TreeMap<>(environment);
        all.put("SPARK_LOCAL_IP", "127.0.0.1");
        return Launcher.octospark(
                folder,
                all,
                "run",
                "--experiment=experiment.json",
                "--backend=xrt-emulated",
                "--master",
                master,
                "--results",
                folder.resolve(results).toString());
    }

    private List<String> sql(String results, String query) throws Exception {
        Outcome sql = Launcher.octospark(
                folder,
                Map.of(),
                "sql",
                "--format=csv",
                "--results",
                folder.resolve(results).toString(),
                query);
        assertThat(sql.exitCode()).as(sql.err()).isZero();
        return sql.out().lines().skip(1).toList();
    }

    @Test
    void everyPartitionRunsWhereThePlanSays() throws Exception {
        Outcome run = run(cluster.master(), Map.of(), "cluster");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(sql("cluster", "SELECT id, cu, host, device, bitstream, attempt, grids FROM units ORDER BY id"))
                .containsExactly(
                        "1,1,127.0.0.2,0000:2b:00.1,bitstreams/8000_100_1CU/8000_100_1cu.xclbin,0,4",
                        "2,1,127.0.0.3,0000:3b:00.1,bitstreams/5000_100_2CU/5000_100_2cu.xclbin,0,4",
                        "3,2,127.0.0.3,0000:3b:00.1,bitstreams/5000_100_2CU/5000_100_2cu.xclbin,0,4");
        // The same designs on two cards of this host.
        config.get("kernels").forEach(kernel -> ((ObjectNode) kernel).remove("host"));
        Outcome local = run("local[2]", Map.of("OCTOSPARK_EMU_CARDS", "2"), "local");
        assertThat(local.exitCode()).as(local.err()).isZero();
        String query = "SELECT grid_id, iterations, to_json(chi) FROM grids ORDER BY grid_id";
        assertThat(sql("cluster", query)).hasSize(GRIDS).isEqualTo(sql("local", query));
    }

    @Test
    void anExecutorThatIsKilledLeavesEveryGridOnce() throws Exception {
        // Slow enough to be caught at work.
        String emulator = "OCTOSPARK_EMU_DOTPROD_MS";
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(() -> {
            try {
                return run(cluster.master(), Map.of(emulator, "60"), "killed");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        StandaloneCluster.await(() -> run.isDone() || standardErrors().contains("of " + GRIDS + " grids"));
        cluster.killExecutors("127.0.0.3");

        Outcome outcome = run.get();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(sql("killed", "SELECT count(*), count(DISTINCT grid_id), min(status) FROM grids"))
                .containsExactly(GRIDS + "," + GRIDS + ",done");
        assertThat(sql("killed", "SELECT host, grids FROM units ORDER BY id"))
                .containsExactly("127.0.0.2,4", "127.0.0.3,4", "127.0.0.3,4");
    }

    /** What the commands have printed so far. */
    private String standardErrors() {
        try (Stream<Path> files = Files.list(folder)) {
            StringBuilder text = new StringBuilder();
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("stderr"))
                    .toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aUnitThatFailsHandsItsGridsToAnotherOfItsCard() throws Exception {
        config.putArray("kernels").add(kernel("5000_100_2CU/5000_100_2cu.xclbin", 2, "127.0.0.3"));
        Outcome run = run(cluster.master(), Map.of("OCTOSPARK_EMU_FAULT", "error:*:dotprod_1:60"), "failed");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(sql("failed", "SELECT host, device, cu, grids FROM units ORDER BY id"))
                .containsExactly("127.0.0.3,0000:3b:00.1,2,6", "127.0.0.3,0000:3b:00.1,2,6");
        assertThat(sql("failed", "SELECT count(*), count(DISTINCT grid_id), min(cu) FROM grids"))
                .containsExactly(GRIDS + "," + GRIDS + ",2");
    }

    @Test
    void unitsThatNobodyOffersAreAnErrorAndNoHang() throws Exception {
        Outcome run = run(
                cluster.master(),
                Map.of(
                        "OCTOSPARK_SUBMIT_OPTS",
                        "--conf spark.executor.resource.fpga.amount=3 --conf spark.octospark.executorWaitSeconds=10"),
                "none");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err())
                .contains("error: --master = " + cluster.master()
                        + ": no executor has come from 127.0.0.2, 127.0.0.3 in 10 s, with"
                        + " spark.executor.resource.fpga.amount = 3; executors are on: none; see in the master's web"
                        + " page whether workers are alive and offer so many units, or change the amount");
        assertThat(folder.resolve("none/grids")).doesNotExist();
    }
}
