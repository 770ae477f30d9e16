package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.Launcher.Outcome;
import io.octospark.results.ResultStore;
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
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a standalone cluster of two workers, each with an emulated card of two units. */
class StandaloneClusterIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int GRIDS = 12;

    @TempDir
    private static Path clusterFolder;

    private static StandaloneCluster cluster;
    private static SparkSession spark;

    @TempDir
    private Path folder;

    private ObjectNode config;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        cluster = new StandaloneCluster(clusterFolder, List.of("127.0.0.2", "127.0.0.3"));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (spark != null) {
            spark.stop();
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

    private Outcome run(String master, Map<String, String> environment, String results, String... more)
            throws Exception {
        Files.writeString(folder.resolve("experiment.json"), config.toString());
        Map<String, String> all = new TreeMap<>(environment);
        all.put("SPARK_LOCAL_IP", "127.0.0.1");
        // Short runs: half the processor time without the optimising compiler.
        all.put("SPARK_SUBMIT_OPTS", StandaloneCluster.QUICK_START);
        all.put(
                "OCTOSPARK_SUBMIT_OPTS",
                "--conf 'spark.executor.extraJavaOptions=" + StandaloneCluster.QUICK_START + "'");
        List<String> arguments = new ArrayList<>(
                List.of("run", "--experiment=experiment.json", "--master", master, "--results", results));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--backend=xrt")) {
            arguments.add(1, "--backend=xrt-emulated");
        }
        return Launcher.octospark(folder, all, arguments.toArray(String[]::new));
    }

    private static String wait(int seconds) {
        return "spark.octospark.executorWaitSeconds=" + seconds;
    }

    /** Rows with commas between their values. */
    private List<String> sql(String results, String query) {
        new ResultStore(spark, folder.resolve(results).toString()).createViews();
        return spark.sql(query).collectAsList().stream()
                .map(row -> row.mkString(","))
                .toList();
    }

    private void assertEveryGridOnce(String results) {
        assertThat(sql(results, "SELECT count(*), count(DISTINCT grid_id), min(status) FROM grids"))
                .containsExactly(GRIDS + "," + GRIDS + ",done");
    }

    @Test
    void everyPartitionRunsWhereThePlanSays() throws Exception {
        Path metrics = Files.createDirectory(folder.resolve("metrics"));
        Outcome run = run(
                cluster.master(),
                Map.of(),
                "cluster",
                "--",
                "--conf",
                "spark.metrics.conf.executor.sink.csv.class=org.apache.spark.metrics.sink.CsvSink",
                "--conf",
                "spark.metrics.conf.executor.sink.csv.period=1",
                "--conf",
                "spark.metrics.conf.executor.sink.csv.directory=" + metrics);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(sql("cluster", "SELECT id, cu, host, device, bitstream, attempt, grids FROM units ORDER BY id"))
                .containsExactly(
                        "1,1,127.0.0.2,0000:2b:00.1,bitstreams/8000_100_1CU/8000_100_1cu.xclbin,0,4",
                        "2,1,127.0.0.3,0000:3b:00.1,bitstreams/5000_100_2CU/5000_100_2cu.xclbin,0,4",
                        "3,2,127.0.0.3,0000:3b:00.1,bitstreams/5000_100_2CU/5000_100_2cu.xclbin,0,4");
        assertThat(metrics)
                .as("what the plugin tells Spark's metrics system")
                .isDirectoryContaining(file -> file.toString().endsWith(".FpgaPlugin.0000-2b-00-1.cu1.grids.csv"))
                .isDirectoryContaining(file -> file.toString().endsWith(".FpgaPlugin.0000-3b-00-1.cu2.busyShare.csv"));
        // The same designs on two cards of this host.
        config.get("kernels").forEach(kernel -> ((ObjectNode) kernel).remove("host"));
        Outcome local = run("local[2]", Map.of("OCTOSPARK_EMU_CARDS", "2"), "local");
        assertThat(local.exitCode()).as(local.err()).isZero();
        String query = "SELECT grid_id, iterations, to_json(chi) FROM grids ORDER BY grid_id";
        assertThat(sql("cluster", query)).hasSize(GRIDS).isEqualTo(sql("local", query));
    }

    @Test
    @Tag("every-spark")
    void theDriverMayRunOnAHostOfTheCluster() throws Exception {
        Outcome run = run(cluster.master(), Map.of(), "driver", "--deploy-mode=cluster", "--partitions-per-unit=2");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertEveryGridOnce("driver");
        assertThat(sql("driver", "SELECT partition_id, id, host, grids FROM units ORDER BY partition_id"))
                .containsExactly(
                        "0,1,127.0.0.2,2",
                        "1,2,127.0.0.3,2",
                        "2,3,127.0.0.3,2",
                        "3,1,127.0.0.2,2",
                        "4,2,127.0.0.3,2",
                        "5,3,127.0.0.3,2");
    }

    @Test
    void aDriverThatFailsElsewhereIsAFailureHere() throws Exception {
        config.put("data", "none.txt");

        Outcome run = run(cluster.master(), Map.of(), "none", "--deploy-mode", "cluster");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .containsPattern(
                        "octospark: the driver driver-[0-9-]+ is FAILED; its output is in the folder of that name on"
                                + " its worker's host\n");
    }

    @Test
    void anExecutorThatIsKilledLeavesEveryGridOnce() throws Exception {
        whileAtWork("127.0.0.3", "killed", () -> cluster.killExecutors("127.0.0.3"), "--strict-hosts");

        assertEveryGridOnce("killed");
        assertThat(sql("killed", "SELECT host, grids FROM units ORDER BY id"))
                .containsExactly("127.0.0.2,4", "127.0.0.3,4", "127.0.0.3,4");
    }

    @Test
    void theGridsOfAHostThatIsGoneGoToAnother() throws Exception {
        whileAtWork("127.0.0.2", "gone", () -> cluster.killWorker("127.0.0.2"));
        cluster.restartWorker("127.0.0.2");

        assertEveryGridOnce("gone");
        assertThat(sql("gone", "SELECT host, bitstream, grids FROM units ORDER BY id"))
                .containsExactly(
                        "127.0.0.3,bitstreams/8000_100_1CU/8000_100_1cu.xclbin,4",
                        "127.0.0.3,bitstreams/5000_100_2CU/5000_100_2cu.xclbin,4",
                        "127.0.0.3,bitstreams/5000_100_2CU/5000_100_2cu.xclbin,4");
    }

    /** Does something to the cluster when the card of a host is at work, and waits for the run. */
    private void whileAtWork(String host, String results, Runnable deed, String... options) throws Exception {
        Path calls = folder.resolve("calls.log");
        // Slow enough to be caught at work.
        Map<String, String> emulator =
                Map.of("OCTOSPARK_EMU_DOTPROD_MS", "60", "OCTOSPARK_EMU_CALL_LOG", calls.toString());
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(() -> {
            try {
                return run(cluster.master(), emulator, results, options);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        StandaloneCluster.await(() -> run.isDone() || calls(calls).anyMatch(cluster.executors(host)::contains));
        deed.run();
        Outcome outcome = run.get();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    /** The processes of the calls in an emulated card's log. */
    private static Stream<Long> calls(Path log) {
        try {
            return Files.exists(log)
                    ? Files.readAllLines(log).stream()
                            .filter(line -> line.startsWith("call,"))
                            .map(line -> Long.valueOf(line.substring(line.lastIndexOf(',') + 1)))
                    : Stream.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aUnitThatFailsHandsItsGridsToAnotherOfItsCard() throws Exception {
        config.putArray("kernels").add(kernel("5000_100_2CU/5000_100_2cu.xclbin", 2, "127.0.0.3"));
        Outcome run = run(cluster.master(), Map.of("OCTOSPARK_EMU_FAULT", "error:*:dotprod_1:60"), "failed");

        assertThat(run.exitCode()).as(run.err()).isZero();
        // Unit 1 keeps what it has done, if it has done a grid; all else is unit 2's.
        assertThat(sql("failed", "SELECT DISTINCT host, device, cu FROM units WHERE NOT (id = 1 AND partition_id = 0)"))
                .containsExactly("127.0.0.3,0000:3b:00.1,2");
        assertThat(sql("failed", "SELECT count(*), count(DISTINCT grid_id), max(cu) FROM grids"))
                .containsExactly(GRIDS + "," + GRIDS + ",2");
        assertThat(sql("failed", "SELECT count(*) FROM events WHERE kind IN ('unit_failed', 'unit_quarantined')"))
                .isNotEqualTo(List.of("0"));
    }

    @Test
    void anExecutorWhoseUnitsHaveAllFailedIsReplaced() throws Exception {
        config.putArray("kernels").add(kernel("8000_100_1CU/8000_100_1cu.xclbin", 1, "127.0.0.2"));
        Map<String, String> fault = Map.of("OCTOSPARK_EMU_FAULT", "error:*:dotprod_1:100");

        // Three grids are done before the fault.
        Outcome run = run(cluster.master(), fault, "replaced", "--partitions-per-unit", "6");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertEveryGridOnce("replaced");
        assertThat(sql("replaced", "SELECT count(DISTINCT executor_id) > 1 FROM units"))
                .containsExactly("true");
    }

    @Test
    void unitsThatNobodyOffersAreAnErrorAndNoHang() throws Exception {
        Outcome run = run(
                cluster.master(),
                Map.of(),
                "none",
                "--",
                "--conf",
                "spark.executor.resource.fpga.amount=3",
                "--conf",
                wait(10));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err())
                .contains("error[EXECUTORS_MISSING]: --master = " + cluster.master()
                        + ": no executor has come from 127.0.0.2, 127.0.0.3 in 10 s, with"
                        + " spark.executor.resource.fpga.amount = 3; executors are on: none; see in the master's web"
                        + " page whether workers are alive and offer so many units, or change the amount");
        assertThat(folder.resolve("none/grids")).doesNotExist();
    }

    @Test
    void aHostWithoutAnExecutorIsSaidAndLeftOutOrRefused() throws Exception {
        ((ObjectNode) config.get("kernels").get(0)).put("host", "127.0.0.9");
        Outcome run = run(cluster.master(), Map.of(), "left-out", "--", "--conf", wait(15));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("No executor has come from 127.0.0.9 in 15 s: the grids for there go to 127.0.0.2, 127.0.0.3;"
                        + " --strict-hosts would refuse to run");
        assertEveryGridOnce("left-out");

        Outcome refused = run(cluster.master(), Map.of(), "refused", "--strict-hosts", "--", "--conf", wait(5));
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(2);
        assertThat(refused.err())
                .contains("error[EXECUTORS_MISSING]: --master = " + cluster.master() + ": no executor has come from ")
                .contains("127.0.0.9 in 5 s, with spark.executor.resource.fpga.amount = 2; executors are on: ");
        assertThat(folder.resolve("refused/grids")).doesNotExist();
    }

    @Test
    void anExecutorWithoutTheRuntimeEndsTheRunWithTheReason() throws Exception {
        Outcome run = run(cluster.master(), Map.of(), "no-library", "--backend=xrt");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .contains("error[XRT_NOT_LOADED]: load: XILINX_XRT is not set on host ")
                .contains(
                        "; install the Xilinx Runtime on this host (Debian: apt-get install libxrt1) and set XILINX_XRT to its"
                                + " folder");
        assertThat(sql("no-library", "SELECT status FROM runs")).containsExactly("failed");
    }
}
