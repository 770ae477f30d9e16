package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.options.ExitCode;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.DesignFiles;
import io.octospark.xrt.emulator.EmulatorOptions;
import io.octospark.xrt.xclbin.XclbinMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The commands devices, check and plan, and run where the Xilinx Runtime is missing; on a host without cards. */
class CardCommandsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String NO_CARD =
            "no card with the driver xocl is on this host; install card and driver, or use --backend xrt-emulated";

    private record Outcome(int exitCode, String out, String err) {}

    @TempDir
    private Path folder;

    private Path file;
    private ObjectNode config;

    @BeforeAll
    static void quickSpark() {
        System.setProperty("spark.ui.enabled", "false");
        // Logging takes the standard error that it finds first, which must not be one that a test captures.
        LoggerFactory.getLogger(CardCommandsTest.class);
    }

    @AfterAll
    static void usualSpark() {
        System.clearProperty("spark.ui.enabled");
    }

    @BeforeEach
    void notebook() throws IOException {
        file = folder.resolve("experiment.json");
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.put("data", Path.of("datasets/10x10_100.txt").toAbsolutePath().toString());
        config.put("precision", "float32");
    }

    @AfterEach
    void forgetCards() {
        CardPools.ofProcess().close();
        EmulatorOptions.forget(List.of("OCTOSPARK_EMU_CARDS", "OCTOSPARK_EMU_BDFS"));
    }

    private ObjectNode kernel() {
        return (ObjectNode) config.at("/kernels/0");
    }

    /** A kernel that leaves all to its bitstream. */
    private ObjectNode kernel(Path bitstream, int instances) {
        ObjectNode kernel = kernel();
        kernel.removeAll();
        return kernel.put("path_to_bitstream", bitstream.toString()).put("no_instances", instances);
    }

    /** Runs a command as the launcher does, in a JVM that goes on. */
    private static Outcome execute(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Main.execute(arguments);
            return new Outcome(
                    exitCode, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** Runs a command with the experiment. */
    private Outcome experiment(String command, String... options) throws IOException {
        MAPPER.writeValue(file.toFile(), config);
        return execute(Stream.concat(Stream.of(command, "--experiment", file.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private Outcome plan(String... options) throws IOException {
        return experiment(
                "plan",
                Stream.concat(
                                Stream.of("--master=local[2]", "--results=" + folder.resolve("results")),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    private static String host() throws UnknownHostException {
        return InetAddress.getLocalHost().getHostName();
    }

    private static String noRuntime() throws UnknownHostException {
        return "load: XILINX_XRT is not set on host " + host()
                + "; install the Xilinx Runtime on this host (Debian: apt-get install libxrt1) and set XILINX_XRT to its"
                + " folder";
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private static void assertErrors(Outcome outcome, String... errors) {
        assertThat(outcome.err.lines().filter(line -> line.startsWith("error[")))
                .containsExactly(errors);
        assertThat(outcome.err).doesNotContain("\tat ");
        assertThat(outcome.out).isEmpty();
        assertThat(outcome.exitCode).isEqualTo(ExitCode.INVALID_INPUT);
    }

    // devices

    @Test
    void devicesOfAHostWithoutCards() {
        String hint = "no FPGA card with the driver xocl on this host; --backend xrt-emulated lists the emulated ones%n"
                .formatted();

        assertThat(execute("devices", "--format=csv"))
                .isEqualTo(new Outcome(0, "backend,index,bdf,platform,state\n", hint));
        assertThat(execute("devices", "--format=json")).isEqualTo(new Outcome(0, "[\n]%n".formatted(), hint));
    }

    @Test
    void devicesThatAreEmulated() {
        assertThat(execute("devices", "--backend=xrt-emulated")).isEqualTo(new Outcome(0, """
                        +--------------+-------+--------------+----------+-------+
                        | backend      | index | bdf          | platform | state |
                        +--------------+-------+--------------+----------+-------+
                        | xrt-emulated |     0 | 0000:3b:00.1 |          | ready |
                        +--------------+-------+--------------+----------+-------+
                        """, ""));
        assertThat(execute("devices", "--backend=xrt-emulated", "--format", "JSON"))
                .isEqualTo(new Outcome(0, """
                        [
                        {"backend":"xrt-emulated","index":0,"bdf":"0000:3b:00.1","platform":"","state":"ready"}
                        ]
                        """, ""));
        assertThat(execute("devices", "--backend=xrt-emulated", "--format", "csv"))
                .isEqualTo(
                        new Outcome(0, "backend,index,bdf,platform,state\nxrt-emulated,0,0000:3b:00.1,,ready\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices", "check", "plan --experiment=a"})
    void unknownFormat(String command) {
        assertErrors(
                execute((command + " --format=xml").split(" ", -1)),
                "error[USAGE]: Invalid value for option '--format': expected one of [TABLE, JSON, CSV] (case-insensitive) but"
                        + " was 'xml'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices", "check"})
    void backendWithoutCards(String command) {
        assertErrors(
                execute(command, "--backend=cpu"),
                "error[USAGE]: Invalid value for option '--backend': --backend = cpu: must be xrt or xrt-emulated; correct the"
                        + " value");
    }

    // check

    @Test
    void checkOfAHostWithoutTheRuntime() throws IOException {
        Outcome outcome = execute("check", "--format=csv");

        assertThat(outcome).isEqualTo(new Outcome(2, """
                        check,result,found
                        library libxrt_coreutil.so.2,FAILED,%s
                        cards,FAILED,"%s"
                        """.formatted(noRuntime(), NO_CARD), ""));
    }

    @Test
    void planOfAClusterTellsOfABitstreamThatIsNotHere() throws IOException {
        kernel(folder.resolve("none.xclbin"), 1);
        Path cluster = Files.writeString(folder.resolve("cluster.json"), """
                {"scheduler": "node1", "hosts": ["node1"]}""");

        Outcome outcome = plan("--backend=xrt-emulated", "--cluster=" + cluster, "--format=csv");

        assertThat(outcome.exitCode).isEqualTo(ExitCode.DONE);
        assertThat(outcome.err)
                .contains(folder.resolve("none.xclbin")
                        + ": not known on this host (BITSTREAM_NOT_FOUND), so neither is its design; octospark check"
                        + " --cluster asks the hosts whether they have it" + System.lineSeparator());
    }

    @Test
    void checkOfAnExperimentForCards() throws IOException {
        config.putObject("accelerator").put("library", "libmine.so");
        Path sound = DesignFiles.write(folder.resolve("a.xclbin"), XclbinMode.HW, 40, 20, 1);
        Path missing = folder.resolve("none.xclbin");
        kernel(sound, 1);
        config.withArray("/kernels").addObject().put("path_to_bitstream", missing.toString());

        JsonNode rows = MAPPER.readTree(experiment("check", "--format=json").out);

        assertThat(rows).hasSize(5);
        assertThat(rows.get(0)).hasToString("""
                {"check":"experiment notebook","result":"ok","found":"2 kernels"}""");
        assertThat(rows.get(1).get("check").textValue()).isEqualTo("library libmine.so");
        assertThat(rows.get(1).get("found").textValue()).isEqualTo(noRuntime());
        assertThat(rows.get(2)).hasToString("""
                {"check":"cards","result":"FAILED","found":"%s"}""".formatted(NO_CARD));
        assertThat(rows.get(3).get("check").textValue()).isEqualTo("bitstream " + sound);
        assertThat(rows.get(3).get("result").textValue()).isEqualTo("ok");
        assertThat(rows.get(3).get("found").textValue()).matches("xilinx_u280_xdma_201920_3, uuid [0-9a-f-]{36}");
        assertThat(rows.get(4)).hasToString("""
                {"check":"bitstream %s","result":"FAILED","found":"%s: there is no such file; correct the path of the xclbin"}""".formatted(missing, missing));
    }

    @Test
    void checkOnEmulatedCards() throws IOException {
        Outcome outcome = experiment("check", "--backend=xrt-emulated");

        assertThat(outcome.exitCode).isZero();
        assertThat(outcome.err).isEmpty();
        assertThat(outcome.out.lines().map(line -> line.replaceAll(" *\\| *", "|")
                        .replaceAll("uuid [0-9a-f-]{36}", "uuid")))
                .hasSize(10)
                .containsSubsequence(
                        "|check|result|found|",
                        "|experiment notebook|ok|1 kernels|",
                        "|library of the emulated card|ok|loaded|",
                        "|cards|ok|1|",
                        "|card 0000:3b:00.1|ok|opened as 0000:3b:00.1|",
                        "|bitstream bitstreams/8000_100_1CU/8000_100_1cu.xclbin|ok|xilinx_u280_xdma_201920_3, uuid|",
                        "|placement|ok|1 units|");
    }

    @Test
    void checkWithoutAnExperimentLooksAtTheHostAlone() {
        assertThat(execute("check", "--backend=xrt-emulated", "--format=csv")).isEqualTo(new Outcome(0, """
                        check,result,found
                        library of the emulated card,ok,loaded
                        cards,ok,1
                        card 0000:3b:00.1,ok,opened as 0000:3b:00.1
                        """, ""));
    }

    @Test
    void checkFailsWhereOneThingIsWrong() throws IOException {
        Path missing = folder.resolve("none.xclbin");
        kernel(missing, 1);

        Outcome outcome = experiment("check", "--backend=xrt-emulated", "--format=csv");

        assertThat(outcome.exitCode).isEqualTo(2);
        assertThat(outcome.out.lines().skip(5))
                .containsExactly(
                        "bitstream %s,FAILED,\"%s: there is no such file, and the catalogue of designs has none for"
                                        .formatted(missing, missing)
                                + " the emulated card in its place; make one with octospark xclbin create\"");
    }

    @Test
    void checkOfAWrongExperiment() throws IOException {
        assertErrors(
                execute("check", "--backend=xrt-emulated", "--experiment=" + file),
                "error[FILE_NOT_FOUND]: " + file + ": no such file; check the path");
        kernel().put("no_instances", 0);
        assertErrors(
                experiment("check", "--backend=xrt-emulated"),
                "error[VALUE_OUT_OF_RANGE]: " + file
                        + ": kernels[0].no_instances = 0: must be a whole number from 1 to 1000; correct the"
                        + " value");
    }

    // plan

    @Test
    void planOnAnEmulatedCard() throws IOException {
        Outcome outcome = plan("--backend=xrt-emulated", "--format=json");

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        assertThat(outcome.out).isEqualTo("""
                [
                {"partition":0,"id":1,"cu":1,"host":null,"card":"0000:3b:00.1","bitstream":"bitstreams/8000_100_1CU/8000_100_1cu.xclbin","banks":"DDR[0] DDR[0] DDR[0] / DDR[1] DDR[1] DDR[1]","first_grid":0,"grids":10,"matrix":"8000 rows x 100 cols","design":"8000 rows x 100 cols","fit":"fits","card_mib":13,"product_ms":0.333}
                ]
                """);
        assertThat(outcome.err).endsWith("""
                        10 grids on 1 xrt-emulated unit, 1 repeat
                        --operator reduced: the triangular factor, 50 rows in place of 8000; on this design: 1 tile, product_ms 0.333 in place of 1 tile, product_ms 0.333; on 1000_100_1CU: 1 tile, product_ms 0.042
                        """);
        assertThat(folder.resolve("results")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reduced", "folded", "Compressed"})
    void planOfAReducedOperatorWithoutKernels(String operator) throws IOException {
        config.remove("kernels");

        Outcome outcome = plan("--backend=xrt-emulated", "--format=csv", "--operator=" + operator);

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        assertThat(outcome.out.lines().skip(1))
                .containsExactly(
                        "0,1,1,,0000:3b:00.1,bitstreams/1000_100_1CU/1000_100_1cu.xclbin,DDR[0] DDR[0] DDR[0] /"
                                + " DDR[1] DDR[1] DDR[1],0,10,50 rows x 100 cols,1000 rows x 100 cols,\"padded with zeros, 5 %"
                                + " used\",2,0.042");
        List<String> lines = new ArrayList<>();
        if (!operator.equals("reduced")) {
            lines.add("--operator " + operator + " is now called reduced");
        }
        lines.add("reduced operator: the triangular factor, 50 rows in place of 8000");
        assertThat(outcome.err.lines().filter(line -> line.contains("reduced"))).containsExactlyElementsOf(lines);
    }

    @Test
    void planWithAnOperatorThatCantBe() throws IOException {
        assertErrors(
                plan("--backend=xrt-emulated", "--operator=gram"),
                "error[OPERATOR_UNFIT]: --operator = gram: is for cpu cores, the kernels of cards have no product with it; use dense"
                        + " or reduced, or --backend cpu");

        ObjectNode fwi = (ObjectNode) config.get("fwi");
        ((ObjectNode) fwi.get("receiversTopLeft")).put("x", -479);
        fwi.put("nReceivers", 7).put("nSources", 7);
        ((ObjectNode) fwi.get("Freq")).put("nTotal", 1);
        for (String backend : List.of("xrt-emulated", "cpu")) {
            assertErrors(
                    plan("--backend=" + backend, "--operator=folded"),
                    "error[OPERATOR_UNFIT]: --operator = reduced: sources and receivers have fewer than two places in common, so"
                            + " no rows are equal, and the triangular factor of 100 cells has 50 rows, not fewer than the 49"
                            + " measurements; use dense, or correct the experiment");
        }
    }

    @Test
    void planOfTilesOnTwoUnits() throws IOException {
        config.put("redundant", 3).put("precision", "float64");
        Path bitstream = DesignFiles.write(folder.resolve("a.xclbin"), XclbinMode.SW_EMU, 3000, 64, 2);
        kernel(bitstream, 2);

        Outcome outcome = plan("--backend=xrt-emulated", "--format=csv", "--grids=5");

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        String unit = "0000:3b:00.1," + bitstream + ",DDR[0] DDR[0] DDR[0] / DDR[1] DDR[1] DDR[1],%d,%d,8000 rows x 100"
                + " cols,3000 rows x 64 cols,3 x 2 tiles,18,0.48";
        assertThat(outcome.out.lines())
                .containsExactly(
                        "partition,id,cu,host,card,bitstream,banks,first_grid,grids,matrix,design,fit,card_mib,product_ms",
                        "0,1,1,," + unit.formatted(0, 3),
                        "1,2,2,," + unit.formatted(3, 2));
        assertThat(outcome.err).endsWith("""
                        precision: float64 is for cpu units; cards compute both products in float32
                        5 grids on 2 xrt-emulated units, 3 repeats
                        --operator reduced: the triangular factor, 50 rows in place of 8000; on this design: 2 tiles, product_ms 0.16 in place of 6 tiles, product_ms 0.48; on 1000_100_1CU: 1 tile, product_ms 0.042
                        """);
        assertThat(folder.resolve("results")).doesNotExist();
    }

    @Test
    void planOnCpuCoresWhichAreTakenWhereThereIsNoCard() throws IOException {
        Outcome outcome = plan("--units=2");

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        assertThat(outcome.out).isEqualTo("""
                +-----------+----+----+------+------+-----------+-------+------------+-------+----------------------+--------+-----+----------+------------+
                | partition | id | cu | host | card | bitstream | banks | first_grid | grids | matrix               | design | fit | card_mib | product_ms |
                +-----------+----+----+------+------+-----------+-------+------------+-------+----------------------+--------+-----+----------+------------+
                |         0 |  1 |  1 |      | cpu  |           |       |          0 |     5 | 8000 rows x 100 cols |        |     |          |            |
                |         1 |  2 |  2 |      | cpu  |           |       |          5 |     5 | 8000 rows x 100 cols |        |     |          |            |
                +-----------+----+----+------+------+-----------+-------+------------+-------+----------------------+--------+-----+----------+------------+
                """);
        assertThat(outcome.err).endsWith("""
                        backend: cpu, because this host has no FPGA card with the driver xocl; --backend xrt insists on cards
                        operator: dense, because precision = float32 is an arithmetic of the products with the matrix
                        10 grids on 2 cpu units, 1 repeat
                        """);
    }

    @Test
    void planWithTheNormalOperatorTakesCpuCores() throws IOException {
        config.put("precision", "float64");

        Outcome outcome = plan("--units=1", "--operator=gram", "--format=csv");

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        assertThat(outcome.out.lines().skip(1)).containsExactly("0,1,1,,cpu,,,0,10,100 rows x 100 cols,,,,");
        assertThat(outcome.err).endsWith("""
                        backend: cpu, because --operator gram is for cpu cores
                        10 grids on 1 cpu unit, 1 repeat
                        """);
    }

    @Test
    void planOfWhatDoesNotFit() throws IOException {
        kernel().put("device", 7);
        ((ObjectNode) kernel().at("/functions/0/0"))
                .putArray("dotprod_1")
                .add("DDR0")
                .add("DDR1")
                .add("DDR9");

        Outcome outcome = plan("--backend=xrt-emulated");

        assertThat(outcome.err.lines().filter(line -> line.startsWith("error[")))
                .hasSize(3)
                .satisfies(errors -> {
                    assertThat(errors.get(0))
                            .isEqualTo(
                                    "error[NO_SUCH_CARD]: kernels[].device = 7: this host has no such card; name one of its cards,"
                                            + " by index, place on the bus or name: 0 (0000:3b:00.1)");
                    assertThat(errors.get(1))
                            .startsWith("error[BANKS_DIFFER]: functions: dotprod_1: bank 2 is DDR1, but ")
                            .endsWith("8000_100_1cu.xclbin connects vector to [DDR[0]]; correct it, or leave functions"
                                    + " out to take the bitstream's");
                    assertThat(errors.get(2))
                            .startsWith("error[NO_SUCH_BANK]: ")
                            .contains(
                                    "8000_100_1cu.xclbin: has no memory bank \"DDR9\"; name one of its banks: HBM[0], ");
                });
        assertThat(outcome.exitCode).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.out).isEmpty();
    }

    @Test
    void planOnMoreUnitsThanThereAre() throws IOException {
        assertErrors(
                plan("--backend=xrt-emulated", "--units=2"),
                "error[TOO_FEW_UNITS]: --units = 2: bitstreams/8000_100_1CU/8000_100_1cu.xclbin has 1 compute unit(s); with 1 card(s)"
                        + " on this host that makes 1; ask for fewer, or set OCTOSPARK_EMU_CARDS to emulate more cards");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --units=0      | error[USAGE]: --units = 0: must be from 1 to 10000; correct the value
                    --backend=fpga | error[USAGE]: Invalid value for option '--backend': --backend = fpga: must be cpu, xrt, xrt-emulated or auto; correct the value
                    """)
    void planWithAWrongOption(String option, String error) throws IOException {
        assertErrors(plan(option), error);
    }

    // run

    @Test
    void runOnCardsWithoutTheRuntime() throws IOException {
        MAPPER.writeValue(file.toFile(), config);
        List<String> before = files();

        Outcome outcome =
                experiment("run", "--backend=xrt", "--master=local[2]", "--results=" + folder.resolve("results"));

        assertErrors(
                outcome,
                "error[XRT_NOT_LOADED]: --backend xrt: " + noRuntime(),
                "error[BITSTREAM_NOT_FOUND]: "
                        + Path.of("bitstreams/8000_100_1CU/8000_100_1cu.xclbin").toAbsolutePath()
                        + ": there is no such file; correct the path of the xclbin");
        assertThat(files()).isEqualTo(before);
    }
}
