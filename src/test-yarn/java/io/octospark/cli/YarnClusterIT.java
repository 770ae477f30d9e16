package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.Launcher.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on YARN and HDFS, with two emulated cards of two units for all executors of this host to share. */
@Tag("every-spark")
class YarnClusterIT {
    private static final int GRIDS = 4;
    private static final Pattern UNITS = Pattern.compile("Compute units of this executor: (.*)");
    private static final String UNITS_OF_EXECUTORS =
            "SELECT string(sort_array(collect_list(device || '/cu' || cu))), sum(grids) FROM units GROUP BY executor_id"
                    + " ORDER BY 1";

    /** Cards at places on the bus that no other process of this host uses. */
    private static final String BUS = "%04x:%02x"
            .formatted(
                    ProcessHandle.current().pid() >> 8 & 0xffff,
                    ProcessHandle.current().pid() & 0xff);

    private static final String CARD_A = BUS + ":00.1";
    private static final String CARD_B = BUS + ":01.1";

    @TempDir
    private static Path folder;

    private static YarnCluster cluster;
    private static String hdfs;

    private Path experiment;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = new YarnCluster(Files.createDirectory(folder.resolve("cluster")));
        hdfs = cluster.hdfs().getUri().toString();
        SplittableRandom random = new SplittableRandom(3);
        String grids = IntStream.range(0, GRIDS * 100)
                .mapToObj(i -> Double.toString(random.nextInt(4) == 0 ? random.nextDouble(0.05, 0.2) : 0))
                .collect(Collectors.joining("\n"));
        try (OutputStream out = cluster.hdfs().create(new org.apache.hadoop.fs.Path("/grids.txt"))) {
            out.write(grids.getBytes(StandardCharsets.UTF_8));
        }
    }

    @BeforeEach
    void fourUnits() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode config =
                (ObjectNode) mapper.readTree(Path.of("conf/notebook.json").toFile());
        config.put("data", hdfs + "/grids.txt").put("replicate", 1);
        ObjectNode kernel = mapper.createObjectNode()
                .put("path_to_bitstream", "bitstreams/5000_100_2CU/5000_100_2cu.xclbin")
                .put("no_instances", 2);
        config.putArray("kernels").add(kernel).add(kernel);
        experiment = Files.writeString(folder.resolve("experiment.json"), config.toString());
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        for (String card : List.of(CARD_A, CARD_B)) {
            for (int unit = 1; unit <= 2; unit++) {
                Files.deleteIfExists(
                        Path.of("/tmp/octospark-unit-" + card.replaceAll("[:.]", "-") + "-cu" + unit + ".lock"));
            }
        }
    }

    private Outcome run(String results, Map<String, String> environment, String... options) throws Exception {
        String jvm = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";
        Map<String, String> settings = new TreeMap<>(Map.of(
                // What is on this machine need not be sent to it.
                "spark.yarn.jars",
                "local:" + System.getProperty("octospark.build.folder") + "/spark-runtime/jars/*",
                "spark.ui.enabled",
                "false",
                "spark.driver.memory",
                "512m",
                "spark.executor.memory",
                "512m",
                "spark.driver.extraJavaOptions",
                jvm,
                "spark.executor.extraJavaOptions",
                jvm,
                "spark.yarn.am.extraJavaOptions",
                jvm,
                "spark.scheduler.maxRegisteredResourcesWaitingTime",
                "2min",
                "spark.yarn.appMasterEnv.SPARK_LOCAL_IP",
                "127.0.0.1",
                "spark.executor.maxNumFailures",
                "1"));
        String conf = settings.entrySet().stream()
                .map(setting -> "--conf \"" + setting.getKey() + "=" + setting.getValue() + "\"")
                .collect(Collectors.joining(" "));
        Map<String, String> all = new TreeMap<>(environment);
        all.putIfAbsent("OCTOSPARK_EMU_BDFS", CARD_A + "," + CARD_B);
        all.putIfAbsent("OCTOSPARK_FPGA_UNITS", "2");
        all.put("OCTOSPARK_SUBMIT_OPTS", conf);
        all.put("HADOOP_CONF_DIR", cluster.configurationFolder().toString());
        all.put("SPARK_LOCAL_IP", "127.0.0.1");
        List<String> command = new ArrayList<>(List.of(
                "run",
                "--experiment=experiment.json",
                "--backend=xrt-emulated",
                "--master=yarn",
                "--results",
                hdfs + "/" + results));
        command.addAll(List.of(options));
        return Launcher.octospark(folder, all, command.toArray(String[]::new));
    }

    /** The lines of a query over results on HDFS, read without YARN. */
    private static List<String> sql(String results, String query) throws Exception {
        Outcome sql =
                Launcher.octospark(folder, Map.of(), "sql", "--format=csv", "--results", hdfs + "/" + results, query);
        assertThat(sql.exitCode()).as(sql.err()).isZero();
        return sql.out().lines().skip(1).toList();
    }

    private static List<String> unitsOfExecutors() throws Exception {
        return cluster.lastOutputs().stream()
                .flatMap(output -> UNITS.matcher(output).results())
                .map((MatchResult line) -> line.group(1))
                .sorted()
                .toList();
    }

    @Test
    void inClientModeExecutorsOfOneHostHaveUnitsOfTheirOwn() throws Exception {
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(() -> {
            try {
                return run("client", Map.of());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        List<Long> twoEach = List.of(2L, 2L);
        StandaloneCluster.await(() -> run.isDone() || cluster.grantedUnits().equals(twoEach));
        boolean granted = !run.isDone();

        Outcome outcome = run.get();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(granted).isTrue();
        assertThat(outcome.out()).contains("tables      " + hdfs + "/client");
        String allOfA = CARD_A + "/cu1, " + CARD_A + "/cu2";
        String allOfB = CARD_B + "/cu1, " + CARD_B + "/cu2";
        assertThat(unitsOfExecutors()).containsExactly(allOfA, allOfB);
        assertThat(sql("client", UNITS_OF_EXECUTORS))
                .containsExactly("\"[" + allOfA + "]\",2", "\"[" + allOfB + "]\",2");
    }

    @Test
    void inClusterModeTheRunSucceedsAndItsOutputIsTheDriversContainers() throws Exception {
        Outcome run = run("cluster", Map.of(), "--deploy-mode=cluster");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(cluster.lastApplication().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
        assertThat(cluster.lastOutputs())
                .anyMatch(output -> output.contains("grids       " + GRIDS + ", " + GRIDS + " converged, 0 failed"))
                // The log settings have come too.
                .noneMatch(output -> output.contains("INFO SparkContext"));
        assertThat(sql("cluster", "SELECT count(*), count(DISTINCT grid_id), min(status) FROM grids"))
                .containsExactly(GRIDS + "," + GRIDS + ",done");
    }

    @Test
    void inClusterModeACommandThatFailsIsAFailureThatSaysWhyAndIsNotTriedAgain() throws Exception {
        Files.delete(experiment);
        Outcome run = run("none", Map.of(), "--deploy-mode=cluster");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("error[FILE_NOT_FOUND]: " + experiment + ": no such file; check the path");
        assertThat(cluster.lastApplication().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
        assertThat(cluster.lastApplication().getCurrentApplicationAttemptId().getAttemptId())
                .isEqualTo(1);
    }

    @Test
    void executorsThatFindTooFewUnitsEndTheRunAndItSaysWhy() throws Exception {
        Outcome run = run("few", Map.of("OCTOSPARK_EMU_BDFS", CARD_A, "OCTOSPARK_FPGA_UNITS", "1"));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "resource fpga: 2 compute unit(s) wanted, this host has 1 (1 card(s), OCTOSPARK_FPGA_UNITS = 1),"
                                + " taken by others: none; lower spark.executor.resource.fpga.amount, or offer no such units on"
                                + " this host")
                .contains(
                        "error[APPLICATION_ENDED]: --master = yarn: the application ended before all executors were there (Spark context"
                                + " stopped while waiting for backend); the messages above say why, or the logs of its containers"
                                + " (yarn logs)");
    }
}
