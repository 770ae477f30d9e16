package io.octospark.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.config.ClusterConfig.Host;
import io.octospark.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers of hosts are judged to mean. */
class HostCheckTest {
    private static final String CATALOGUE = "bitstreams/5000_100_2CU/5000_100_2cu.xclbin";

    private final List<String> bitstreams = new ArrayList<>();
    private Host host = host(null, 2);
    private boolean emulated;
    private Map<String, String> environment = Map.of("OCTOSPARK_HOME", "/opt/octospark");

    private static Host host(String xrtSetup, int units) {
        return new Host("node1", 22, "fwi", null, xrtSetup, null, units, 0, null, null);
    }

    private HostCheck check() {
        return new HostCheck(
                host, bitstreams, new ClusterCheck.Wanted(emulated, "libxrt_coreutil.so.2", "4.2.0", environment));
    }

    /** The verdicts on facts, each as one text. */
    private List<String> judge(String... facts) {
        StringBuilder out = new StringBuilder("Welcome to node1\n");
        List.of(facts).forEach(fact -> out.append("octospark:").append(fact).append('\n'));
        return judge(new SshLogin.Answer(true, 0, out.toString(), ""));
    }

    private List<String> judge(SshLogin.Answer answer) {
        return check().judge(answer, new SshLogin(host, List.of())).stream()
                .map(verdict -> verdict.check() + (verdict.ok() ? ": " : " FAILED: ") + verdict.found())
                .toList();
    }

    private static String cards(String... places) {
        List<String> units =
                List.of(places).stream().map(place -> '"' + place + "/cu1\"").toList();
        return "cards={\"name\": \"fpga\", \"addresses\": [" + String.join(",", units) + "]}";
    }

    private List<String> sound(String... others) {
        List<String> facts = new ArrayList<>(List.of(
                "user=fwi",
                "system=Linux 6.1.0 x86_64",
                "java=/usr/bin/java",
                "java_version=17",
                "octospark=/opt/octospark",
                "spark_home=/opt/octospark/target/spark-runtime",
                "spark_core=spark-core_2.13-4.2.0.jar"));
        facts.addAll(List.of(others));
        facts.add("end=yes");
        return judge(facts.toArray(String[]::new));
    }

    @Test
    void aHostWithCards() {
        bitstreams.add("/opt/a.xclbin");
        host = host("/opt/xilinx/xrt/setup.sh", 4);

        assertThat(sound(
                        cards("0000:3b:00.1", "0000:3c:00.1"),
                        "bitstream=/opt/a.xclbin",
                        "xrt_setup_begun=yes",
                        "xrt_setup_ended=yes",
                        "xrt_home=/opt/xilinx/xrt",
                        "xrt_library=/opt/xilinx/xrt/lib/libxrt_coreutil.so.2"))
                .containsExactly(
                        "login: as fwi",
                        "system: Linux 6.1.0 x86_64",
                        "java: /usr/bin/java is Java 17",
                        "OctoSpark: /opt/octospark, Spark 4.2.0",
                        "cards: 4 compute unit(s) on 0000:3b:00.1, 0000:3c:00.1",
                        "XRT set-up: /opt/xilinx/xrt/setup.sh",
                        "XRT: /opt/xilinx/xrt/lib/libxrt_coreutil.so.2",
                        "bitstream /opt/a.xclbin: readable");
    }

    @Test
    void aHostWithoutCardsIsGoodForItsCores() {
        assertThat(sound(cards()).subList(4, 5))
                .containsExactly("cards: no FPGA card: the worker has processor cores only");
    }

    @Test
    void aHostWithNothing() {
        bitstreams.addAll(List.of("/opt/a.xclbin", CATALOGUE));
        host = host("/opt/xilinx/xrt/setup.sh", 2);

        assertThat(judge("user=fwi", "system=Darwin 23.1 arm64", "end=yes"))
                .containsExactly(
                        "login: as fwi",
                        "system FAILED: Darwin 23.1 arm64; workers need Linux, name another host",
                        "java FAILED: no java on PATH; install Java 17 there, or set JAVA_HOME here to a folder where all"
                                + " hosts have it",
                        "OctoSpark FAILED: no OctoSpark in /opt/octospark; install and build it there",
                        "XRT set-up FAILED: no XRT set-up script /opt/xilinx/xrt/setup.sh; install the Xilinx Runtime, or"
                                + " correct xrt",
                        "XRT FAILED: XILINX_XRT is not set; install the Xilinx Runtime there, and name its set-up script"
                                + " with xrt in the cluster file",
                        "bitstream /opt/a.xclbin FAILED: no such file that fwi may read; put it there or correct the path",
                        "bitstream " + CATALOGUE + " FAILED: a relative path, which executors would not find; give the"
                                + " full path, in the experiment too");
    }

    @Test
    void emulatedCardsNeedNeitherRuntimeNorFilesOfTheCatalogue() {
        emulated = true;
        bitstreams.add(CATALOGUE);

        assertThat(sound(cards("0000:3b:00.1")).subList(4, 6))
                .containsExactly(
                        "cards: 2 compute unit(s) on 0000:3b:00.1",
                        "bitstream " + CATALOGUE + ": of the catalogue, needs no file for emulated cards");
        assertThat(sound(cards()).get(4))
                .isEqualTo("cards FAILED: no emulated card; name some in OCTOSPARK_EMU_BDFS, here and for"
                        + " start-cluster.sh");
    }

    @Test
    void cardsThatAreMissingOrDoNotHaveTheUnits() {
        host = host(null, 3);
        String uneven = " compute unit(s) each, but n_workers = 3 in the cluster file; correct it, or say with"
                + " OCTOSPARK_FPGA_UNITS how many a card has";
        assertThat(sound(cards("0000:3b:00.1", "0000:3c:00.1")).get(4))
                .isEqualTo("cards FAILED: 2 card(s) with 2" + uneven);
        environment = Map.of("OCTOSPARK_FPGA_UNITS", "1");
        assertThat(sound(cards("0000:3b:00.1")).get(4)).isEqualTo("cards FAILED: 1 card(s) with 1" + uneven);
        bitstreams.add("/opt/a.xclbin");
        assertThat(sound(cards()).get(4))
                .isEqualTo(
                        "cards FAILED: no FPGA card with the driver xocl, but a bitstream for this host; install card"
                                + " and driver");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    11 | 4.2.0 | /j is Java 11, Java 17 or later is needed
                    25 | 3.5.6 | /j is Java 25, Spark 3 runs on Java 17 to 21
                       | 4.2.0 | /j does not run
                    """)
    void javaThatWillNotDo(String version, String spark, String problem) {
        assertThat(judge(
                                "user=fwi",
                                "java=/j",
                                "java_version=" + (version == null ? "" : version),
                                "spark_core=spark-core_2.13-" + spark + ".jar",
                                "end=yes")
                        .get(2))
                .isEqualTo("java FAILED: " + problem
                        + "; install Java 17 there, or set JAVA_HOME here to a folder where all hosts have it");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    none                        | no Spark in /spark; build OctoSpark in /octo with ./mvnw package -DskipTests
                    spark-core_2.13-3.5.6.jar   | Spark 3.5.6 in /spark, here it is 4.2.0; use the same on all hosts
                    """)
    void sparkThatWillNotDo(String jar, String problem) {
        assertThat(judge("user=fwi", "octospark=/octo", "spark_home=/spark", "spark_core=" + jar, "end=yes")
                        .get(3))
                .isEqualTo("OctoSpark FAILED: " + problem);
    }

    @Test
    void aSetUpScriptThatEndsItsShellOrNeverEnds() {
        host = host("/setup.sh", 2);

        assertThat(sound(cards(), "xrt_setup_begun=yes"))
                .contains("XRT set-up FAILED: /setup.sh ends the shell that sources it; correct it");
        assertThat(judge(new SshLogin.Answer(
                        true, 124, "octospark:user=fwi\noctospark:xrt_setup_begun=yes\n", "Terminated")))
                .containsExactly(
                        "login: as fwi",
                        "answer FAILED: the host did not tell all, not done within 20 s; see why its script /setup.sh does"
                                + " not end");
        assertThat(judge(new SshLogin.Answer(false, -1, "octospark:user=fwi\n", "")))
                .containsExactly(
                        "login: as fwi",
                        "answer FAILED: the host did not tell all, not done within 30 s; see what keeps it busy");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    255 | ssh: connect to host node1 port 22: Connection refused | ssh: connect to host node1 port 22: Connection refused; start the host and its ssh server, or correct the cluster file
                    255 | fwi@node1: Permission denied (publickey,password).     | fwi@node1: Permission denied (publickey,password).; ssh must log in with a key, without a password: ssh-copy-id -p 22 fwi@node1
                    255 | Host key verification failed.                          | Host key verification failed. Make sure that it is the right host, and log in once by hand: ssh -p 22 fwi@node1
                    127 | bash: timeout: command not found                       | bash: timeout: command not found, exit code 127; bash and timeout (coreutils) must work there without a terminal
                    """)
    void loginsThatFail(int exitCode, String said, String problem) {
        assertThat(judge(new SshLogin.Answer(true, exitCode, "Welcome\n", "banner\n\n" + said + "\n")))
                .containsExactly("login FAILED: " + problem);
    }

    @Test
    void aLoginThatHangs() {
        assertThat(judge(new SshLogin.Answer(false, -1, "", "")))
                .containsExactly(
                        "login FAILED: no answer, not done within 30 s; see what this does: ssh -p 22 fwi@node1");
    }

    @Test
    void asksWithQuotedValues() {
        bitstreams.addAll(List.of("/a b", "it's"));
        host = host("/x;y", 2);
        environment = Map.of(
                "OCTOSPARK_EMU_BDFS", "0000:3b:00.1",
                "OCTOSPARK_SPARK_HOME", "/my spark",
                "SPARK_HOME", "/launchers",
                "SECRET", "s",
                "OCTOSPARK_HOME", "/$(octo)");

        assertThat(check().script().lines().limit(6))
                .containsExactlyInAnyOrder(
                        "export OCTOSPARK_EMU_BDFS='0000:3b:00.1'",
                        "export SPARK_HOME='/my spark'",
                        "dir='/$(octo)'",
                        "xrt='/x;y'",
                        "library='libxrt_coreutil.so.2'",
                        "bitstreams=('/a b' 'it'\\''s')");
        assertThat(check().script()).endsWith("facts </dev/null\n").doesNotContain("SECRET");
    }

    @Test
    void refusesAWrongVariable() {
        environment = Map.of("OCTOSPARK_FPGA_UNITS", "two");
        assertThatThrownBy(() -> ClusterCheck.run(Map.of(host, List.of()), check().wanted()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("OCTOSPARK_FPGA_UNITS = two: must be a whole number from 1 to 1000; correct or unset the"
                        + " variable");
    }
}
