package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.Launcher.Outcome;
import io.octospark.cli.options.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command check on clusters of hosts that are ssh servers on addresses of this machine. */
class ClusterCheckIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String USER = System.getProperty("user.name");
    private static final String FIRST = "127.0.0.2";
    private static final String SECOND = "127.0.0.3";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private SshHosts hosts;
    private ObjectNode cluster;

    @BeforeEach
    void startServers() throws Exception {
        hosts = new SshHosts(folder, List.of(FIRST, SECOND));
        cluster = MAPPER.createObjectNode().put("scheduler", FIRST);
        cluster.putArray("hosts").add(FIRST).add(SECOND);
        cluster.putObject("worker_options").put("n_workers", 2);
        cluster.putArray("connect_options").add(hosts.connection(FIRST)).add(hosts.connection(SECOND));
        environment.put("OCTOSPARK_SSH_OPTS", hosts.options());
        environment.put("OCTOSPARK_EMU_BDFS", "0000:3b:00.1");
    }

    @AfterEach
    void stopServers() throws Exception {
        hosts.close();
    }

    private ObjectNode connection(int host) {
        return (ObjectNode) cluster.at("/connect_options/" + host);
    }

    private Outcome check(String... options) throws Exception {
        MAPPER.writeValue(folder.resolve("cluster.json").toFile(), cluster);
        List<String> arguments = new ArrayList<>(List.of("check", "--cluster=cluster.json", "--format=json"));
        arguments.addAll(List.of(options));
        return Launcher.octospark(folder, environment, arguments.toArray(String[]::new));
    }

    /** The verdicts, each as one text. */
    private static List<String> verdicts(Outcome outcome) throws IOException {
        assertThat(outcome.err()).doesNotContain("\tat ", "error[");
        List<String> verdicts = new ArrayList<>();
        for (JsonNode row : MAPPER.readTree(outcome.out())) {
            verdicts.add(String.join(
                    " | ",
                    row.get("check").textValue(),
                    row.get("result").textValue(),
                    row.get("found").textValue()));
        }
        return verdicts;
    }

    private static List<String> of(String host, List<String> verdicts) {
        String name = "host " + host + ": ";
        return verdicts.stream()
                .filter(verdict -> verdict.startsWith(name))
                .map(verdict -> verdict.substring(name.length()))
                .toList();
    }

    /** What every sound host gives, whatever system, Java and Spark this is. */
    private static void assertSound(List<String> verdicts, String home, String... others) {
        assertThat(verdicts).hasSize(5 + others.length);
        assertThat(verdicts.get(0)).isEqualTo("login | ok | as " + USER);
        assertThat(verdicts.get(1)).startsWith("system | ok | Linux ");
        assertThat(verdicts.get(2)).matches("java \\| ok \\| /.*/java is Java [12][0-9]");
        assertThat(verdicts.get(3)).startsWith("OctoSpark | ok | " + home + ", Spark ");
        assertThat(verdicts.get(4)).isEqualTo("cards | ok | 2 compute unit(s) on 0000:3b:00.1");
        assertThat(verdicts.subList(5, verdicts.size())).containsExactly(others);
    }

    private static Map<Path, FileTime> files(Path root) throws IOException {
        Map<Path, FileTime> files = new HashMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.toList()) {
                files.put(file, Files.getLastModifiedTime(file));
            }
        }
        return files;
    }

    @Test
    void hostsThatWillDoAreAskedSideBySideAndLeftAsTheyAre() throws Exception {
        String overlay = "bitstreams/5000_100_2CU/5000_100_2cu.xclbin";
        cluster.put("overlay", overlay);
        ObjectNode experiment =
                (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        experiment.putArray("kernels");
        for (int kernel = 0; kernel < 2; kernel++) {
            experiment
                    .withArray("kernels")
                    .addObject()
                    .put("path_to_bitstream", overlay)
                    .put("no_instances", 2);
        }
        MAPPER.writeValue(folder.resolve("experiment.json").toFile(), experiment);
        Path home = Files.createDirectory(folder.resolve("it's $HOME"));
        Path scripts = Files.createDirectory(home.resolve("submit-scripts"));
        for (String name : List.of("cluster-process", "discover-fpga.sh")) {
            Files.copy(Path.of("submit-scripts", name), scripts.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Path marks = Files.createDirectory(folder.resolve("marks"));
        for (int host = 0; host < 2; host++) {
            // Reads and talks, and ends only when that of the other host is under way.
            Path script = Files.writeString(
                    folder.resolve("set up " + host),
                    "cat; echo hello; touch %s/%d; until [[ -e %s/%d ]]; do sleep 0.05; done"
                            .formatted(marks, host, marks, 1 - host));
            connection(host).put("xrt", script.toString()).put("dir", home.toString());
        }
        environment.put("OCTOSPARK_RUN", home.resolve("run").toString());
        Map<Path, FileTime> before = files(home);

        Outcome outcome = check("--backend=xrt-emulated", "--experiment=experiment.json");

        List<String> verdicts = verdicts(outcome);
        assertThat(outcome.exitCode()).as(outcome.out()).isZero();
        assertThat(verdicts)
                .startsWith("experiment notebook | ok | 2 kernels", "placement | ok | 2 kernels on 2 hosts");
        String bitstream = "bitstream " + overlay + " | ok | of the catalogue, needs no file for emulated cards";
        assertSound(of(FIRST, verdicts), home.toString(), "XRT set-up | ok | " + folder + "/set up 0", bitstream);
        assertSound(of(SECOND, verdicts), home.toString(), "XRT set-up | ok | " + folder + "/set up 1", bitstream);
        assertThat(files(home)).isEqualTo(before);
    }

    @Test
    void hostsForCardsAreJudgedByTheRuntimeAndTheBitstreams() throws Exception {
        Path present = Files.writeString(folder.resolve("a.xclbin"), "any");
        Path missing = folder.resolve("none.xclbin");
        cluster.putArray("overlay").add(present.toString()).add(missing.toString());
        Path library = Files.writeString(folder.resolve("libxrt_coreutil.so.2"), "any");
        Path script = Files.writeString(
                folder.resolve("setup.sh"),
                "export XILINX_XRT=/opt/none LD_LIBRARY_PATH=%s:$LD_LIBRARY_PATH".formatted(folder));
        connection(0).put("xrt", script.toString());

        Outcome outcome = check();

        List<String> verdicts = verdicts(outcome);
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        String root = Path.of("").toAbsolutePath().toString();
        assertSound(
                of(FIRST, verdicts),
                root,
                "XRT set-up | ok | " + script,
                "XRT | ok | " + library,
                "bitstream " + present + " | ok | readable");
        assertSound(
                of(SECOND, verdicts),
                root,
                "XRT | FAILED | XILINX_XRT is not set; install the Xilinx Runtime there, and name its set-up script with"
                        + " xrt in the cluster file",
                "bitstream " + missing + " | FAILED | no such file that " + USER
                        + " may read; put it there or correct the path");
    }

    @Test
    void aHostThatIsDownAndOneThatNeverAnswers() throws Exception {
        hosts.stop(FIRST);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.4"))) {
            cluster.putArray("hosts").add(FIRST).add("127.0.0.4").add(SECOND);
            cluster.withArray("connect_options")
                    .insertObject(1)
                    .put("port", silent.getLocalPort())
                    .put("client_keys", "user");

            Outcome outcome = check("--backend=xrt-emulated");

            List<String> verdicts = verdicts(outcome);
            assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
            assertThat(of(FIRST, verdicts))
                    .containsExactly("login | FAILED | ssh: connect to host 127.0.0.2 port " + hosts.port(FIRST)
                            + ": Connection refused; start the host and its ssh server, or correct the cluster file");
            assertThat(of("127.0.0.4", verdicts))
                    .containsExactly("login | FAILED | Connection to 127.0.0.4 port " + silent.getLocalPort()
                            + " timed out; start the host and its ssh server, or correct the cluster file");
            assertSound(of(SECOND, verdicts), Path.of("").toAbsolutePath().toString());
        }
    }

    @Test
    void aKeyThatTheHostDoesNotKnow() throws Exception {
        connection(0).put("client_keys", "other").put("username", USER);

        Outcome outcome = check("--backend=xrt-emulated");

        List<String> verdicts = verdicts(outcome);
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(of(FIRST, verdicts))
                .containsExactly("login | FAILED | " + USER
                        + "@127.0.0.2: Permission denied (publickey).; ssh must log in with a key, without a password:"
                        + " ssh-copy-id -p " + hosts.port(FIRST) + " -i " + folder.resolve("other") + " " + USER
                        + "@127.0.0.2");
        assertSound(of(SECOND, verdicts), Path.of("").toAbsolutePath().toString());
    }
}
