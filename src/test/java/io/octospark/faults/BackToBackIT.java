package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.StandaloneCluster;
import io.octospark.xrt.CardLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that have ended leave no temporary files, and of each card no more than the file for its lock. The
 * nightly build starts more of them, {@code -Doctospark.test.processes=50} as many as it says.
 */
class BackToBackIT {
    private static final int PROCESSES = 4;
    private static final int NIGHTLY_PROCESSES = Integer.getInteger("octospark.test.processes", 20);

    /** Places on the bus that no other process of this host uses. */
    private static final String BUS = "%04x:%02x"
            .formatted(
                    ProcessHandle.current().pid() >> 8 & 0xffff,
                    ProcessHandle.current().pid() & 0xff);

    @TempDir
    private Path folder;

    @AfterEach
    void removeLocks() throws IOException {
        for (Path lock : locks()) {
            Files.delete(lock);
        }
    }

    private static List<Path> locks() throws IOException {
        String name = "octospark-.*" + BUS.replace(':', '-') + ".*";
        try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
            return files.filter(file -> file.getFileName().toString().matches(name))
                    .toList();
        }
    }

    private Driver start(Map<String, String> environment, String... arguments) throws IOException {
        return new Driver(folder, environment, Arrays.asList(arguments));
    }

    @Test
    void runsInProcessesOfTheirOwnLeaveNothing() throws Exception {
        runInProcessesOfTheirOwn(PROCESSES);
    }

    @Test
    @Tag("nightly")
    void manyRunsInProcessesOfTheirOwnLeaveNothing() throws Exception {
        runInProcessesOfTheirOwn(NIGHTLY_PROCESSES);
    }

    private void runInProcessesOfTheirOwn(int processes) throws Exception {
        SmallExperiment small = new SmallExperiment(Files.createDirectory(folder.resolve("experiment")));
        String cores = small.file(1, 0, 1).toString();
        String cards = small.file(2, 2, 1).toString();
        Map<String, String> bus = Map.of("OCTOSPARK_EMU_BDFS", BUS + ":00.1," + BUS + ":01.1");
        List<String> faults = List.of("", "error:0:dotprod_1:20", "hang:1:update_2:20");
        for (int number = 0; number < processes; number++) {
            List<String> arguments = new ArrayList<>(List.of("run", "--master=local[2]"));
            Map<String, String> environment = new TreeMap<>(bus);
            if (number % 4 == 0) {
                arguments.add("--experiment=" + cores);
            } else {
                arguments.addAll(List.of("--experiment=" + cards, "--backend=xrt-emulated"));
                environment.put("OCTOSPARK_EMU_FAULT", faults.get(number % 4 - 1));
            }
            try (Driver run = start(environment, arguments.toArray(String[]::new))) {
                assertThat(run.await()).as(run.output()).isZero();
                assertThat(run.temporary()).as("left by %s", arguments).isEmpty();
            }
        }
        assertThat(locks()).as("locks of the two cards").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aCardThatAnotherProcessProgramsIsWaitedFor() throws Exception {
        SmallExperiment small = new SmallExperiment(Files.createDirectory(folder.resolve("experiment")));
        Path calls = folder.resolve("calls.csv");
        Map<String, String> environment =
                Map.of("OCTOSPARK_EMU_BDFS", BUS + ":00.1", "OCTOSPARK_EMU_CALL_LOG", calls.toString());
        CardLock lock = CardLock.acquire("xrt-emulated-" + BUS + ":00.1", Duration.ofSeconds(1));
        long released;
        try (Driver run = start(
                environment,
                "run",
                "--master=local[2]",
                "--experiment=" + small.file(1, 1, 1),
                "--backend=xrt-emulated")) {
            StandaloneCluster.await(() -> !run.isAlive() || run.output().contains("40 grids on 1 unit"));
            assertThat(run.isAlive()).as(run.output()).isTrue();
            released = System.nanoTime();
            lock.close();
            assertThat(run.await()).as(run.output()).isZero();
        } finally {
            lock.close();
        }
        // By the same clock.
        assertThat(Files.readAllLines(calls).stream()
                        .filter(line -> line.startsWith("call,"))
                        .mapToLong(line -> Long.parseLong(line.split(",", -1)[4])))
                .isNotEmpty()
                .allMatch(start -> start > released);
    }

    @Test
    void aMeasurementThatIsInterruptedLeavesNothing() throws Exception {
        String experiment = Path.of("conf/notebook.json").toAbsolutePath().toString();
        try (Driver bench =
                start(Map.of(), "bench", "throughput", "--experiment", experiment, "--grids=3000000", "--cores=1")) {
            StandaloneCluster.await(() -> !bench.isAlive() || hasModels());
            assertThat(bench.isAlive()).as(bench.output()).isTrue();
            bench.signal("INT");
            assertThat(bench.await()).isEqualTo(130);
            assertThat(bench.temporary()).isEmpty();
        }
    }

    /** Whether the bench has begun to write its data set. */
    private boolean hasModels() {
        try (Stream<Path> files = Files.walk(folder.resolve("tmp"))) {
            return files.anyMatch(file -> file.toString().endsWith(".parquet") && Files.isRegularFile(file));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
