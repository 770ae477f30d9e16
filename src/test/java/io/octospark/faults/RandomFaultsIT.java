package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.StandaloneCluster;
import io.octospark.compute.Backend;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.faults.ProcessSchedule.Deed;
import io.octospark.faults.ProcessSchedule.What;
import io.octospark.faults.Rows.Result;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs whose processes are killed, stopped and paused, whose cards fail and whose disk is full, as seeds have it, and that
 * are resumed until they are complete. {@code -Doctospark.test.seed=S -Doctospark.test.schedules=N} takes the N seeds from S
 * on. Every fourth is on a cluster; these and the others go on side by side. The nightly build does more of them.
 */
class RandomFaultsIT {
    private static final long FIRST_SEED = Long.getLong("octospark.test.seed", 3);
    private static final long SCHEDULES = Long.getLong("octospark.test.schedules", 2);
    private static final long NIGHTLY_SCHEDULES = 20;
    private static final List<String> HOSTS = List.of("127.0.0.2", "127.0.0.3");

    /** How a driver may end that was disturbed: well, failed, with grids left, ended by a signal. */
    private static final Set<Integer> ENDS = Set.of(0, 1, 3, 128 + 2, 128 + 9, 128 + 15);

    @TempDir
    private static Path folder;

    private static SmallExperiment small;
    private static SparkSession spark;
    private static StandaloneCluster cluster;
    private static Map<Long, Result> undisturbed;

    @BeforeAll
    static void start() throws Exception {
        small = new SmallExperiment(folder);
        spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 1)
                .getOrCreate();
        Path results = folder.resolve("undisturbed");
        Experiment experiment = small.experiment(1, 1, 1);
        Backend card = new XrtBackend(true, experiment.accelerator(), Map.of("OCTOSPARK_EMU_CARDS", "1"));
        ReconstructionJob.of(
                        spark,
                        experiment,
                        RunOptions.on(card).results(results.toString()).build())
                .run(RunProgress.SILENT);
        undisturbed = new Rows(spark, results).results();
        cluster = new StandaloneCluster(Files.createDirectory(folder.resolve("cluster")), HOSTS);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        spark.stop();
    }

    @Test
    void runsThatAreResumedLackNothingAndHaveNothingTwice() throws Exception {
        carryOut(FIRST_SEED, SCHEDULES);
    }

    @Test
    @Tag("nightly")
    void soAreRunsOfOtherSchedules() throws Exception {
        carryOut(FIRST_SEED + SCHEDULES, NIGHTLY_SCHEDULES);
    }

    private static void carryOut(long firstSeed, long count) throws Exception {
        List<ProcessSchedule> schedules = LongStream.range(firstSeed, firstSeed + count)
                .mapToObj(seed -> ProcessSchedule.draw(seed, seed % 4 == 0))
                .toList();
        List<String> failures = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<List<String>>> both = List.of(
                    () -> failuresOf(schedules.stream()
                            .filter(ProcessSchedule::onCluster)
                            .toList()),
                    () -> failuresOf(schedules.stream()
                            .filter(schedule -> !schedule.onCluster())
                            .toList()));
            for (Future<List<String>> found : threads.invokeAll(both)) {
                failures.addAll(found.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(failures).isEmpty();
    }

    private static List<String> failuresOf(List<ProcessSchedule> schedules) {
        List<String> failures = new ArrayList<>();
        for (ProcessSchedule schedule : schedules) {
            long start = System.nanoTime();
            String outcome;
            try {
                outcome = carriedOut(schedule);
            } catch (Exception | AssertionError e) {
                outcome = "FAILED " + e;
                failures.add(schedule + ": " + e);
            }
            System.out.printf("%.1f s: %s: %s%n", (System.nanoTime() - start) / 1e9, schedule, outcome);
        }
        return failures;
    }

    /** Carries a schedule out and returns how its drivers ended. */
    private static String carriedOut(ProcessSchedule schedule) throws Exception {
        Path work = Files.createDirectory(folder.resolve("schedule-" + schedule.seed()));
        Path results = Files.createDirectory(work.resolve("results"));
        List<Integer> ends = new ArrayList<>();
        boolean smallDisk = schedule.deeds().stream().anyMatch(deed -> deed.what() == What.FULL_DISK);
        if (smallDisk) {
            command("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", results.toString());
        }
        try {
            for (Deed deed : schedule.deeds()) {
                if (deed.what() == What.FULL_DISK) {
                    resize(results, used(results) + deed.amount());
                }
                try (Driver driver = driver(schedule, deed, work, results)) {
                    disturb(schedule, deed, driver, results);
                    ends.add(driver.await());
                    assertThat(ends).as(driver.output()).isSubsetOf(ENDS);
                }
                if (deed.what() == What.FULL_DISK) {
                    resize(results, 64 << 10);
                }
            }
            try (Driver driver = driver(schedule, new Deed(What.ERROR, 0, 0, -1), work, results)) {
                assertThat(driver.await()).as(driver.output()).isZero();
            }
            new Rows(spark, results)
                    .assertComplete(schedule.grids(), schedule.repeats(), Map.of(XrtBackend.EMULATED_KEY, undisturbed));
        } finally {
            if (smallDisk) {
                command("umount", results.toString());
            }
        }
        return ends.toString();
    }

    private static void resize(Path results, long kibibytes) throws IOException, InterruptedException {
        command("mount", "-o", "remount,size=" + kibibytes + "k", results.toString());
    }

    private static long used(Path results) throws IOException {
        return (Files.getFileStore(results).getTotalSpace()
                        - Files.getFileStore(results).getUnallocatedSpace())
                >> 10;
    }

    private static void command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Starts the run, or resumes it if it was started. An amount below 0 is no fault. */
    private static Driver driver(ProcessSchedule schedule, Deed deed, Path work, Path results) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--results=" + results,
                "--commit-grids=" + schedule.commitGrids(),
                "--master=" + (schedule.onCluster() ? cluster.master() : "local[2]")));
        Optional<String> started = new Rows(spark, results).runs().stream().findFirst();
        if (started.isPresent()) {
            arguments.add("--resume=" + started.get());
        } else {
            ObjectNode json = small.json(2, 2, schedule.repeats());
            if (schedule.onCluster()) {
                for (int host = 0; host < HOSTS.size(); host++) {
                    ObjectNode kernel = (ObjectNode) json.get("kernels").get(host);
                    kernel.remove("device");
                    kernel.put("host", HOSTS.get(host));
                }
            }
            Path file = Files.writeString(work.resolve("experiment.json"), json.toString());
            arguments.addAll(List.of(
                    "--experiment=" + file, "--grids=" + schedule.grids(), "--backend=" + XrtBackend.EMULATED_KEY));
        }
        Map<String, String> environment = new TreeMap<>(Map.of(
                "OCTOSPARK_EMU_DOTPROD_MS",
                Integer.toString(schedule.callMillis()),
                "OCTOSPARK_SUBMIT_OPTS",
                "--conf 'spark.executor.extraJavaOptions=" + StandaloneCluster.QUICK_START + "'"));
        if (!schedule.onCluster()) {
            environment.put("OCTOSPARK_EMU_CARDS", "2");
        }
        if ((deed.what() == What.ERROR || deed.what() == What.HANG) && deed.amount() >= 0) {
            String fault = deed.what() == What.ERROR ? "error" : "hang";
            environment.put("OCTOSPARK_EMU_FAULT", fault + ":0:dotprod_1:" + deed.amount());
        }
        return new Driver(work, environment, arguments);
    }

    private static void disturb(ProcessSchedule schedule, Deed deed, Driver driver, Path results) throws Exception {
        if (deed.what() == What.FULL_DISK || deed.what() == What.HANG || deed.what() == What.ERROR) {
            return;
        }
        long before = commits(results);
        boolean ofExecutor = deed.what() == What.KILL_EXECUTOR || deed.what() == What.PAUSE_EXECUTOR;
        String host = HOSTS.get((int) (schedule.seed() / 4 % 2));
        StandaloneCluster.await(() -> !driver.isAlive()
                || (commits(results) - before >= deed.commits()
                        && Files.exists(results.resolve("runs"))
                        && (!ofExecutor || !cluster.executors(host).isEmpty())));
        LockSupport.parkNanos(deed.delayMillis() * 1_000_000L);
        switch (deed.what()) {
            case KILL_DRIVER -> driver.signal("KILL");
            case INTERRUPT -> driver.signal("INT");
            case TERMINATE -> driver.signal("TERM");
            case INTERRUPT_TWICE -> {
                driver.signal("INT");
                LockSupport.parkNanos(deed.delayMillis() * 500_000L);
                driver.signal("INT");
            }
            case KILL_EXECUTOR -> signalAll("KILL", cluster.executors(host));
            case PAUSE_EXECUTOR -> {
                Set<Long> executors = cluster.executors(host);
                signalAll("STOP", executors);
                LockSupport.parkNanos(2_000_000_000L);
                signalAll("CONT", executors);
            }
            default -> throw new IllegalStateException(deed.toString());
        }
    }

    private static void signalAll(String name, Set<Long> processes) throws IOException, InterruptedException {
        for (long process : processes) {
            Driver.signal(name, process);
        }
    }

    /** Files with rows of grids that readers see. */
    private static long commits(Path results) {
        if (!Files.exists(results.resolve("grids"))) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(results.resolve("grids"))) {
            return files.filter(file -> file.toString().endsWith(".parquet")
                            && !file.toString().contains("_temporary"))
                    .count();
        } catch (IOException | UncheckedIOException e) {
            // A folder that was there a moment ago.
            return 0;
        }
    }
}
