package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octospark.cli.options.ExitCode;
import io.octospark.xrt.xclbin.KernelInstance;
import io.octospark.xrt.xclbin.Xclbin;
import io.octospark.xrt.xclbin.XclbinReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XclbinCommandTest {
    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String out, String err) {}

    /** Runs the command as the launcher does; the options are separated by blanks. */
    private Outcome xclbin(String options) {
        List<String> arguments = new ArrayList<>(List.of("xclbin"));
        arguments.addAll(List.of(options.replace("DIR", folder.toString()).split(" ", -1)));
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Main.execute(arguments.toArray(String[]::new));
            return new Outcome(
                    exitCode, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private void assertRefused(String options, String... errors) {
        Outcome outcome = xclbin(options);
        assertThat(outcome.exitCode).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err.lines()).startsWith(errors);
        assertThat(outcome.out).isEmpty();
    }

    private List<String> banks(String file, String unit) throws Exception {
        return XclbinReader.read(folder.resolve(file)).unit(unit).arguments().stream()
                .map(argument -> argument.bank().orElseThrow().tag())
                .toList();
    }

    @Test
    void createsTheNotebooksDesignByDefault() throws Exception {
        Outcome outcome = xclbin("create --rows 8000 --cols 100 --out DIR/a.xclbin");

        Xclbin xclbin = XclbinReader.read(folder.resolve("a.xclbin"));
        assertThat(outcome)
                .isEqualTo(new Outcome(
                        0,
                        "%s: 8000 rows x 100 cols, units: 1, uuid %s%n".formatted(xclbin.file(), xclbin.uuid()),
                        ""));
        assertThat(xclbin.design().platform()).isEqualTo("xilinx_u280_xdma_201920_3");
        assertThat(xclbin.design().mode()).hasToString("sw_emu");
        assertThat(xclbin.design().units()).extracting(KernelInstance::name).containsExactly("dotprod_1", "update_1");
        assertThat(banks("a.xclbin", "dotprod_1")).containsExactly("DDR[0]", "DDR[0]", "DDR[0]");
        assertThat(banks("a.xclbin", "update_1")).containsExactly("DDR[1]", "DDR[1]", "DDR[1]");
    }

    @Test
    void createsWithBanksAndKernels() throws Exception {
        Files.write(folder.resolve("kernels.so"), new byte[] {0x7f, 'E', 'L', 'F', 9});
        Outcome outcome = xclbin("create --rows 500 --cols 250 --units 2 --platform my:card:x:1.0"
                + " --bank dotprod=HBM0 --bank update=HBM1,HBM2,HBM3 --bank update_2=DDR1 --kernels DIR/kernels.so"
                + " --out DIR/b.xclbin");

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        Xclbin xclbin = XclbinReader.read(folder.resolve("b.xclbin"));
        assertThat(xclbin.design().platform()).isEqualTo("my:card:x:1.0");
        assertThat(xclbin.sections().get(0).size()).isEqualTo(5);
        assertThat(banks("b.xclbin", "dotprod_2")).containsExactly("HBM[0]", "HBM[0]", "HBM[0]");
        assertThat(banks("b.xclbin", "update_1")).containsExactly("HBM[2]", "HBM[1]", "HBM[3]");
        assertThat(banks("b.xclbin", "update_2")).containsExactly("DDR[1]", "DDR[1]", "DDR[1]");
    }

    @Test
    void wrongOptionsAreRefused() throws Exception {
        Files.writeString(folder.resolve("text.so"), "text");
        Files.writeString(folder.resolve("old.xclbin"), "old");
        String create = "create --rows 10 --cols 10 --out DIR/c.xclbin";
        assertRefused("create --rows 10 --cols 10", "error[USAGE]: Missing required option: '--out=FILE'");
        assertRefused(
                "create --rows 0 --cols 10 --out DIR/c.xclbin",
                "error[USAGE]: --rows = 0: must be 1 to 1000000; correct the value");
        assertRefused(
                "create --rows 10 --cols 1000001 --out DIR/c.xclbin",
                "error[USAGE]: --cols = 1000001: must be 1 to 1000000; correct the value");
        assertRefused(create + " --units 65", "error[USAGE]: --units = 65: must be 1 to 64; correct the value");
        assertRefused(
                create + " --bank dotprod_2=DDR0",
                "error[USAGE]: --bank = dotprod_2: must be dotprod, update, or one of them with _1 to _1; correct the value");
        assertRefused(
                create + " --bank dotprod=DDR9,DDR0,DDR0 --bank update=DDR0,DDR1",
                "error[NO_SUCH_BANK]: dotprod_1: the card has no memory bank \"DDR9\"; name one of its banks: HBM[0] to HBM[31],"
                        + " DDR[0], DDR[1]",
                "error[VALUE_OUT_OF_RANGE]: update_1: has 2 memory banks, it must have 3; name one for each buffer");
        assertRefused(
                create + " --kernels DIR/none.so",
                "error[FILE_NOT_FOUND]: " + folder.resolve("none.so")
                        + ": there is no such file; correct the path of the kernels");
        assertRefused(
                create + " --kernels DIR/text.so",
                "error[KERNEL_LIBRARY]: " + folder.resolve("text.so")
                        + ": is not a shared library; build the kernels with g++ -shared");
        assertRefused(
                "create --rows 10 --cols 10 --out DIR/old.xclbin",
                "error[FILE_EXISTS]: " + folder.resolve("old.xclbin")
                        + ": exists already and is not overwritten; choose another name or remove it");
        assertThat(folder.resolve("c.xclbin")).doesNotExist();
        assertThat(folder.resolve("old.xclbin")).hasContent("old");
        assertRefused(
                "info DIR/old.xclbin",
                "error[BITSTREAM_FORMAT]: " + folder.resolve("old.xclbin")
                        + ": does not start with xclbin2 as xclbin files do; give the path of an xclbin");
    }

    @Test
    void infoPrintsATable() {
        xclbin("create --rows 8000 --cols 100 --bank update=HBM3 --out DIR/d.xclbin");

        Outcome outcome = xclbin("info DIR/d.xclbin");

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        assertThat(outcome.out.replaceAll("(?m)^uuid .*", "uuid").replace(folder.toString(), "DIR"))
                .isEqualToNormalizingNewlines("""
                        file      DIR/d.xclbin
                        uuid
                        platform  xilinx_u280_xdma_201920_3
                        mode      sw_emu
                        version   2.13.0
                        design    8000 rows x 100 cols
                        clocks    DATA_CLK 300 MHz, KERNEL_CLK 500 MHz

                        2 of 34 memory banks in use
                        +-------+--------+------+-------------+--------------+
                        | index | bank   | type | size        | base         |
                        +-------+--------+------+-------------+--------------+
                        | 3     | HBM[3] | HBM  | 262144 kB   | 0x30000000   |
                        | 32    | DDR[0] | DDR4 | 16777216 kB | 0x4000000000 |
                        +-------+--------+------+-------------+--------------+

                        2 compute units
                        +-----------+---------+-----------+------------+-----------------+--------+--------+
                        | unit      | kernel  | base      | argument   | type            | kind   | bank   |
                        +-----------+---------+-----------+------------+-----------------+--------+--------+
                        | dotprod_1 | dotprod | 0x1800000 | 0 matrix   | complex<float>* | buffer | DDR[0] |
                        |           |         |           | 1 vector   | float*          | buffer | DDR[0] |
                        |           |         |           | 2 out      | complex<float>* | buffer | DDR[0] |
                        | update_1  | update  | 0x1810000 | 0 residual | complex<float>* | buffer | HBM[3] |
                        |           |         |           | 1 matrix   | complex<float>* | buffer | HBM[3] |
                        |           |         |           | 2 out      | complex<float>* | buffer | HBM[3] |
                        +-----------+---------+-----------+------------+-----------------+--------+--------+
                        """);
    }

    @Test
    void infoPrintsOneJsonObject() throws Exception {
        xclbin("create --rows 8000 --cols 100 --bank update=HBM3 --out DIR/e.xclbin");

        Outcome outcome = xclbin("info DIR/e.xclbin --format json");

        assertThat(outcome.exitCode).as(outcome.err).isZero();
        JsonNode json = new ObjectMapper().readTree(outcome.out);
        Xclbin xclbin = XclbinReader.read(folder.resolve("e.xclbin"));
        assertThat(json.get("uuid").textValue()).isEqualTo(xclbin.uuid().toString());
        assertThat(json.get("mode").textValue()).isEqualTo("sw_emu");
        assertThat(json.get("rows").intValue()).isEqualTo(8000);
        assertThat(json.get("cols").intValue()).isEqualTo(100);
        assertThat(json.get("clocks")).hasToString("""
                [{"name":"DATA_CLK","type":"data","megahertz":300},{"name":"KERNEL_CLK","type":"kernel","megahertz":500}]""");
        assertThat(json.get("banks")).hasSize(34);
        assertThat(json.at("/banks/33")).hasToString("""
                {"index":33,"tag":"DDR[1]","type":"ddr4","size_bytes":17179869184,"base_address":"0x5000000000","used":false}""");
        assertThat(json.at("/units/1/name").textValue()).isEqualTo("update_1");
        assertThat(json.at("/units/1/base_address").textValue()).isEqualTo("0x1810000");
        assertThat(json.at("/units/1/control").textValue()).isEqualTo("ap_ctrl_hs");
        assertThat(json.at("/units/1/arguments/1")).hasToString("""
                {"id":1,"name":"matrix","kind":"buffer","type":"complex<float>*","size_bytes":8,"group":3,"banks":["HBM[3]"]}""");
        assertThat(json.get("sections")).hasSize(8);
    }
}
