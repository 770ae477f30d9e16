package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.Launcher.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of two hosts, which are ssh servers on addresses of this machine, with emulated cards of two units. */
class ClusterScriptsIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String USER = System.getProperty("user.name");
    private static final String FIRST = "127.0.0.2";
    private static final String SECOND = "127.0.0.3";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private SshHosts hosts;
    private ObjectNode cluster;
    private int webPort;

    @BeforeEach
    void startServers() throws Exception {
        hosts = new SshHosts(folder, List.of(FIRST, SECOND));
        webPort = SshHosts.freePort("127.0.0.1");
        cluster = MAPPER.createObjectNode().put("scheduler", "127.0.0.1");
        cluster.putArray("hosts").add(FIRST).add(SECOND);
        cluster.putObject("worker_options")
                .put("n_workers", 2)
                .put("nthreads", 1)
                .put("memory_limit", "1g");
        cluster.putObject("scheduler_options").put("port", SshHosts.freePort("127.0.0.1"));
        for (String host : List.of(FIRST, SECOND)) {
            cluster.withArray("connect_options").add(hosts.connection(host));
        }
        environment.putAll(Map.of(
                "OCTOSPARK_SSH_OPTS",
                hosts.options(),
                "OCTOSPARK_RUN",
                folder.resolve("run").toString(),
                "OCTOSPARK_WEBUI_PORT",
                Integer.toString(webPort),
                "OCTOSPARK_EMU_BDFS",
                "0000:3b:00.1"));
    }

    @AfterEach
    void stopAll() throws Exception {
        // Ends what a failed test has left.
        script("stop-cluster.sh");
        hosts.close();
    }

    private Outcome script(String name) throws IOException, InterruptedException {
        MAPPER.writeValue(folder.resolve("cluster.json").toFile(), cluster);
        return Launcher.script(name, folder, environment, "cluster.json");
    }

    /** The processes of the pid files, by the names of these. */
    private Map<String, ProcessHandle> processes() throws IOException {
        Map<String, ProcessHandle> processes = new HashMap<>();
        Path run = Files.createDirectories(folder.resolve("run"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "*.pid")) {
            for (Path file : files) {
                long pid = Long.parseLong(Files.readString(file).split(" ", -1)[0]);
                processes.put(
                        file.getFileName().toString(), ProcessHandle.of(pid).orElseThrow());
            }
        }
        return processes;
    }

    /** False for a process that has ended, also while nobody has asked yet how. */
    private static boolean works(ProcessHandle process) {
        return process.isAlive() && process.info().commandLine().isPresent();
    }

    /** A process on the first host that is none of the cluster's. */
    private ProcessHandle unrelated() throws IOException, InterruptedException {
        String pid = SshHosts.run(
                "ssh",
                "-F",
                "/dev/null",
                "-o",
                "UserKnownHostsFile=" + folder.resolve("known"),
                "-i",
                folder.resolve("user").toString(),
                "-p",
                Integer.toString(hosts.port(FIRST)),
                FIRST,
                "sleep 600 >/dev/null 2>&1 </dev/null & echo $!");
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    @Test
    void startsAndEndsAMasterAndWorkersOnAllHosts() throws Exception {
        ProcessHandle unrelated = unrelated();
        try {
            Outcome start = script("start-cluster.sh");

            assertThat(start.exitCode()).as(start.err()).isZero();
            assertThat(start.err()).contains("start-cluster: 2 worker(s) at spark://127.0.0.1:");
            JsonNode state = MAPPER.readTree(HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + webPort + "/json/"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
            assertThat(state.get("aliveworkers").intValue()).isEqualTo(2);
            assertThat(state.get("workers"))
                    .extracting(worker -> worker.get("host").textValue())
                    .containsExactlyInAnyOrder(FIRST, SECOND);
            for (JsonNode worker : state.get("workers")) {
                assertThat(worker.get("cores").intValue()).isEqualTo(1);
                assertThat(worker.get("memory").intValue()).isEqualTo(1024);
                assertThat(worker.at("/resources/fpga/addresses"))
                        .extracting(JsonNode::textValue)
                        .containsExactlyInAnyOrder("0000:3b:00.1/cu1", "0000:3b:00.1/cu2");
            }
            Map<String, ProcessHandle> processes = processes();
            assertThat(processes.keySet())
                    .containsExactlyInAnyOrder("master-127.0.0.1.pid", "worker-127.0.0.2.pid", "worker-127.0.0.3.pid");

            Outcome again = script("start-cluster.sh");
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(again.err())
                    .contains("start-cluster: 127.0.0.1: master runs already, process "
                            + processes.get("master-127.0.0.1.pid").pid() + "; end it first with stop-cluster.sh");
            assertThat(processes()).isEqualTo(processes);

            Outcome stop = script("stop-cluster.sh");
            assertThat(stop.exitCode()).as(stop.err()).isZero();
            assertThat(stop.err())
                    .contains(
                            "stop-cluster: 127.0.0.2: worker stopped",
                            "stop-cluster: 127.0.0.3: worker stopped",
                            "stop-cluster: 127.0.0.1: master stopped");
            assertThat(processes.values()).noneMatch(ClusterScriptsIT::works);
            assertThat(processes()).isEmpty();

            // A pid file that has outlived its process, whose number another has now.
            Files.writeString(folder.resolve("run/worker-127.0.0.2.pid"), unrelated.pid() + " 1 a-boot-before\n");
            Outcome nothing = script("stop-cluster.sh");
            assertThat(nothing.exitCode()).isZero();
            assertThat(nothing.err()).contains("stop-cluster: 127.0.0.2: no worker is running");
            assertThat(processes()).isEmpty();
            assertThat(works(unrelated)).isTrue();
        } finally {
            unrelated.destroy();
        }
    }

    @Test
    void saysHowToLogInWithAKey() throws Exception {
        ((ObjectNode) cluster.at("/connect_options/0"))
                .put("client_keys", "other")
                .put("username", USER);

        Outcome start = script("start-cluster.sh");

        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.err())
                .contains(
                        "start-cluster: 127.0.0.2: " + USER + "@127.0.0.2: Permission denied (publickey).",
                        "start-cluster: 127.0.0.2: ssh cannot log in; allow login without a password: ssh-copy-id -p "
                                + hosts.port(FIRST) + " -i " + folder.resolve("other") + " " + USER + "@127.0.0.2");
        assertThat(processes()).isEmpty();
    }

    @Test
    void endsWhatItStartedIfAHostDoesNotAnswer() throws Exception {
        hosts.stop(SECOND);

        Outcome start = script("start-cluster.sh");

        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.err())
                .contains(
                        "start-cluster: 127.0.0.2: worker started, log ",
                        "start-cluster: 127.0.0.3: ssh: connect to host 127.0.0.3 port " + hosts.port(SECOND)
                                + ": Connection refused",
                        "start-cluster: 127.0.0.2: worker stopped",
                        "start-cluster: 127.0.0.1: master stopped");
        assertThat(processes()).isEmpty();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains(folder.toString()) && command.contains("deploy")))
                .isEmpty();
    }

    @Test
    void refusesUnitsThatTheCardsDoNotHave() throws Exception {
        ((ObjectNode) cluster.get("worker_options")).put("n_workers", 3);
        environment.put("OCTOSPARK_FPGA_UNITS", "2");

        Outcome start = script("start-cluster.sh");

        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.err())
                .contains("start-cluster: 127.0.0.2: 1 card(s) with 2 compute unit(s) each, but n_workers = 3 in the"
                        + " cluster file; correct it, or say with OCTOSPARK_FPGA_UNITS how many a card has");
        assertThat(processes()).isEmpty();
    }

    @Test
    void wrongConfigurationEndsWithExitCode2() throws Exception {
        cluster.putArray("hosts");

        Outcome start = script("start-cluster.sh");

        assertThat(start.exitCode()).isEqualTo(2);
        assertThat(start.err())
                .contains(
                        "error[VALUE_OUT_OF_RANGE]: cluster.json: hosts = []: must be a list [ ] of 1 to 1000 texts; correct the value");
        cluster.putArray("hosts").add(FIRST).add(SECOND);
        Outcome usage = Launcher.script("start-cluster.sh", folder, environment);
        assertThat(usage.exitCode()).isEqualTo(2);
        assertThat(usage.err()).isEqualTo("start-cluster: usage: start-cluster.sh CLUSTER_FILE\n");
    }
}
