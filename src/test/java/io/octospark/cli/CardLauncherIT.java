package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.Launcher.Outcome;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on cards in processes of their own: what a hung unit does to a process can't be undone in it. */
class CardLauncherIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private ObjectNode config;

    @BeforeEach
    void notebook() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.put("data", Path.of("datasets/10x10_100.txt").toAbsolutePath().toString());
        config.put("replicate", 20);
        config.putObject("accelerator").put("time_limit_seconds", 1);
    }

    private Outcome run(Map<String, String> environment, String... options) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("experiment.json"), config.toString());
        String[] arguments = new String[options.length + 3];
        arguments[0] = "run";
        arguments[1] = "--experiment";
        arguments[2] = "experiment.json";
        System.arraycopy(options, 0, arguments, 3, options.length);
        return Launcher.octospark(folder, environment, arguments);
    }

    @Test
    void theGridsOfAHungUnitFinishOnAnother() throws Exception {
        Outcome run = run(
                Map.of("OCTOSPARK_EMU_CARDS", "2", "OCTOSPARK_EMU_FAULT", "hang:0:dotprod_1:40"),
                "--backend=xrt-emulated",
                "--grids=20",
                "--units=2");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("grids       20, 20 converged, 0 failed");
        assertThat(run.err())
                .contains("CardPool: This process gives up a compute unit: card 0000:3b:00.1, unit dotprod:{dotprod_1}")
                .contains("xrtRunWaitFor: not over within the time limit of ");
        Outcome sql = Launcher.octospark(
                folder,
                Map.of(),
                "sql",
                "--format=csv",
                "SELECT count(*), count(DISTINCT grid_id), count(DISTINCT chi), max(iterations) FROM grids",
                "SELECT device, sum(grids) AS grids FROM units WHERE grids > 0 GROUP BY device");
        assertThat(sql.out().lines())
                .containsExactly(
                        "count(1),count(DISTINCT grid_id),count(DISTINCT chi),max(iterations)",
                        "20,20,1,18",
                        "device,grids",
                        "0000:3c:00.1,20");
    }

    @Test
    void whenAllUnitsHangTheRunEndsAndSaysWhy() throws Exception {
        Outcome run = run(
                Map.of("OCTOSPARK_EMU_FAULT", "hang:*:dotprod_1:10"),
                "--backend=xrt-emulated",
                "--grids=2",
                "--units=1");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err().lines().filter(line -> line.startsWith("error[")))
                .singleElement()
                .asString()
                .startsWith(
                        "error[UNITS_EXHAUSTED]: card 0, unit dotprod_1: open: no unit of bitstreams/8000_100_1CU/8000_100_1cu.xclbin"
                                + " is left; it failed with: card 0000:3b:00.1, unit dotprod:{dotprod_1}")
                .contains("xrtRunWaitFor: not over within the time limit of ")
                .endsWith("correct that and start again");
        assertThat(run.err()).doesNotContain("\tat ");
    }

    /** The noop driver moves no bytes, so the first product gives zeros: the self-test must say so, and nothing may die. */
    @Test
    void theUnmodifiedRuntimeIsUsedUpToTheSelfTest() throws Exception {
        assertThat(Launcher.octospark(
                                folder,
                                Map.of(),
                                "xclbin",
                                "create",
                                "--rows=8000",
                                "--cols=100",
                                "--out=design.xclbin")
                        .exitCode())
                .isZero();
        ObjectNode kernel = (ObjectNode) config.get("kernels").get(0);
        kernel.put("path_to_bitstream", "design.xclbin");
        Files.createDirectory(folder.resolve("xrt"));
        Files.createSymbolicLink(folder.resolve("xrt/lib"), libraries());

        Outcome run = run(
                Map.of(
                        "XCL_EMULATION_MODE",
                        "noop",
                        "XILINX_XRT",
                        folder.resolve("xrt").toString()),
                "--backend=xrt",
                "--grids=2");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "CardPool: This process gives up a compute unit: card 0, unit dotprod_1: self-test: the product"
                                + " differs from the CPU's: relative difference: 1.0, allowed: at most 0.001; reset the card"
                                + " (xbutil reset); if it stays so, the bitstream is at fault");
    }

    /** Where the package libxrt1 has put its libraries. */
    private static Path libraries() throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/usr/lib"))) {
            for (Path candidate : folders) {
                if (Files.exists(candidate.resolve("libxrt_noop.so.2"))) {
                    return candidate;
                }
            }
        }
        throw new AssertionError("there is no /usr/lib/*/libxrt_noop.so.2; install it: apt-get install libxrt1");
    }
}
