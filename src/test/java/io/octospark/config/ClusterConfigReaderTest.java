package io.octospark.config;

import static io.octospark.config.Experiments.MAPPER;
import static io.octospark.config.Experiments.json;
import static io.octospark.config.Experiments.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("every-spark")
class ClusterConfigReaderTest {
    /** The files of OctoRay's published runs. */
    private static final String ONE_HOST = """
            {
              "scheduler": "10.1.212.129",
              "hosts": ["10.1.212.129"],
              "connect_options": {"port": 22, "xrt": "/opt/xilinx/xrt/setup.sh", "dir": "/mnt/scratch/octoray/fwi/"},
              "worker_options": {"nthreads": 12, "n_workers": 1, "preload": "pynqimport.py", "nanny": "0", "memory_limit": 0},
              "scheduler_options": {"port": 8786},
              "worker_class": "distributed.Worker",
              "overlay": "bitstreams/8000_100_1CU/8000_100_1cu.xclbin"
            }
            """;

    private static final String TWO_HOSTS = """
            {
              "scheduler": "10.1.212.129",
              "hosts": ["10.1.212.129", "10.1.212.130"],
              "connect_options": {"port": 22, "xrt": "/opt/xilinx/xrt/setup.sh", "dir": "/mnt/scratch/octoray/fwi/"},
              "worker_options": [
                {"nthreads": 12, "n_workers": 1, "preload": "pynqimport.py", "nanny": "0", "memory_limit": 0},
                {"nthreads": 12, "n_workers": 2, "preload": "pynqimport.py", "nanny": "0", "memory_limit": 0}
              ],
              "scheduler_options": {"port": 8786},
              "worker_class": "distributed.Worker",
              "overlay": ["bitstreams/8000_100_1CU/8000_100_1cu.xclbin", "bitstreams/5000_100_2CU/5000_100_2cu.xclbin"]
            }
            """;

    private static final String TEXT =
            "must be text of 1 to 4096 characters without control characters; correct the value";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("cluster.json");
    }

    /** The smallest sound cluster. */
    static ObjectNode cluster() {
        ObjectNode cluster = MAPPER.createObjectNode().put("scheduler", "node1");
        return cluster.set("hosts", json("[\"node1\"]"));
    }

    /** What is wrong with a cluster's file; nothing if it is read. */
    static List<String> problemsOf(Path file) {
        InvalidInputException e =
                catchThrowableOfType(InvalidInputException.class, () -> ClusterConfigReader.read(file));
        return e == null ? List.of() : e.messages();
    }

    private ClusterConfig read(JsonNode cluster) throws IOException {
        Files.write(file, MAPPER.writeValueAsBytes(cluster));
        return ClusterConfigReader.read(file);
    }

    /** Asserts what is said of a cluster, each line without the file's name. */
    private void assertProblems(JsonNode cluster, String... problems) throws IOException {
        Files.write(file, MAPPER.writeValueAsBytes(cluster));
        assertThat(problemsOf(file))
                .containsExactly(
                        Arrays.stream(problems).map(line -> file + ": " + line).toArray(String[]::new));
    }

    private static ClusterConfig.Host published(String name, int units, String bitstream) {
        return new ClusterConfig.Host(
                name,
                22,
                null,
                null,
                "/opt/xilinx/xrt/setup.sh",
                "/mnt/scratch/octoray/fwi/",
                units,
                12,
                null,
                bitstream);
    }

    @Test
    void readsThePublishedFileOfOneHost() throws IOException {
        ClusterConfig cluster = read(json(ONE_HOST));

        assertThat(cluster)
                .isEqualTo(new ClusterConfig(
                        "10.1.212.129",
                        8786,
                        List.of(published("10.1.212.129", 1, "bitstreams/8000_100_1CU/8000_100_1cu.xclbin")),
                        List.of(
                                file + ": accepted, without effect here: worker_options.preload, worker_options.nanny",
                                file + ": accepted, without effect here: worker_class")));
        assertThat(cluster.master()).isEqualTo("spark://10.1.212.129:8786");
    }

    @Test
    void readsThePublishedFileOfTwoHosts() throws IOException {
        assertThat(read(json(TWO_HOSTS)))
                .isEqualTo(new ClusterConfig(
                        "10.1.212.129",
                        8786,
                        List.of(
                                published("10.1.212.129", 1, "bitstreams/8000_100_1CU/8000_100_1cu.xclbin"),
                                published("10.1.212.130", 2, "bitstreams/5000_100_2CU/5000_100_2cu.xclbin")),
                        List.of(
                                file + ": accepted, without effect here: worker_options[0].preload,"
                                        + " worker_options[0].nanny",
                                file + ": accepted, without effect here: worker_options[1].preload,"
                                        + " worker_options[1].nanny",
                                file + ": accepted, without effect here: worker_class")));
    }

    @Test
    void readsTheExample() {
        ClusterConfig example = ClusterConfigReader.read(Path.of("conf/cluster_config.json"));

        assertThat(example.master()).isEqualTo("spark://node1:7077");
        assertThat(example.hosts()).extracting(ClusterConfig.Host::name).containsExactly("node1", "node2");
        assertThat(example.hosts()).extracting(ClusterConfig.Host::units).containsExactly(1, 2);
        assertThat(example.notices()).isEmpty();
    }

    @Test
    void givesDefaults() throws IOException {
        ClusterConfig.Host host = new ClusterConfig.Host("node1", 22, null, null, null, null, 1, 0, null, null);
        assertThat(read(cluster())).isEqualTo(new ClusterConfig("node1", 7077, List.of(host), List.of()));
    }

    @Test
    void readsEveryKey() throws IOException {
        ObjectNode json = cluster();
        put(json, "/hosts", json("[\"node1\", \"node2\"]"));
        put(
                json,
                "/connect_options",
                json(
                        "[{\"port\": 2222, \"username\": \"fwi\", \"client_keys\": \"keys/id\", \"xrt\": \"/x\", \"dir\": \"/d\"},"
                                + " {\"client_keys\": \"~/.ssh/id\"}]"));
        put(json, "/worker_options", json("{\"n_workers\": 3, \"nthreads\": 4, \"memory_limit\": \"4g\"}"));
        put(json, "/scheduler_options", json("{\"port\": 7078, \"dashboard_address\": \":8787\"}"));
        put(json, "/overlay", json("\"a.xclbin\""));

        ClusterConfig cluster = read(json);

        assertThat(cluster.port()).isEqualTo(7078);
        assertThat(cluster.hosts())
                .containsExactly(
                        new ClusterConfig.Host(
                                "node1", 2222, "fwi", folder + "/keys/id", "/x", "/d", 3, 4, "4096m", "a.xclbin"),
                        new ClusterConfig.Host("node2", 22, null, "~/.ssh/id", null, null, 3, 4, "4096m", "a.xclbin"));
        assertThat(cluster.notices())
                .containsExactly(file + ": accepted, without effect here: scheduler_options.dashboard_address");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0            |
                    0.0          |
                    null         |
                    1048576      | 1m
                    17179869184  | 16384m
                    "4g"         | 4096m
                    "4 GiB"      | 4096m
                    "4GB"        | 4096m
                    "512m"       | 512m
                    "2097152"    | 2m
                    "2048k"      | 2m
                    "1024t"      | 1073741824m
                    """)
    void readsMemory(String given, String memory) throws IOException {
        ObjectNode json = cluster();
        put(json, "/worker_options/memory_limit", json(given));
        assertThat(read(json).hosts()).extracting(ClusterConfig.Host::memory).containsExactly(memory);
    }

    @ParameterizedTest
    @CsvSource({"-1", "0.5", "1048575", "\"0\"", "\"4x\"", "\"auto\"", "\"1025t\"", "[4]", "true", "1e400"})
    void refusesMemory(String given) throws IOException {
        ObjectNode json = cluster();
        put(json, "/worker_options/memory_limit", json(given));
        assertProblems(
                json,
                "worker_options.memory_limit = " + json(given) + ": must be 0 for Spark's default, bytes, or text such"
                        + " as \"4g\" or \"512m\", from 1m to 1024t; correct the value");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /scheduler | "-oProxyCommand=x" | scheduler = "-oProxyCommand=x": must be a host name or address; correct the value
                    /scheduler | null | scheduler: missing; name the host of Spark's master
                    /scheduler | 5 | scheduler = 5: TEXT
                    /hosts | null | hosts: missing; give a list [ ] of 1 to 1000 texts
                    /hosts | "node1" | hosts = "node1": must be a list [ ] of 1 to 1000 texts; correct the value
                    /hosts | [] | hosts = []: must be a list [ ] of 1 to 1000 texts; correct the value
                    /hosts/0 | 1 | hosts[0] = 1: TEXT
                    /hosts/1 | "node1" | hosts[1] = "node1": is listed twice; correct or remove it
                    /hosts/0 | "me@node1" | hosts[0] = "me@node1": must be a host name or address; correct or remove it
                    /connect_options | 5 | connect_options = 5: must be an object { }; correct the value
                    /connect_options/port | 65536 | connect_options.port = 65536: must be a whole number from 1 to 65535; correct the value
                    /connect_options/username | "-l root" | connect_options.username = "-l root": must be the name of a user; correct the value
                    /connect_options/client_keys | "" | connect_options.client_keys = "": TEXT
                    /connect_options/client_keys | "\\uD800" | connect_options.client_keys = "?": TEXT
                    /connect_options/known_hosts | 1 | connect_options.known_hosts: unknown key; known keys are port, username, client_keys, xrt, dir; correct or remove it
                    /connect_options/password | "secret" | connect_options.password: not accepted; remove it and log in with a key: ssh-copy-id -p 22 USER@HOST
                    /connect_options | [{}, {"port": 2222, "username": "fwi", "password": 5}] | connect_options[1].password: not accepted; remove it and log in with a key: ssh-copy-id -p 2222 fwi@node2
                    /connect_options | [{}, 5] | connect_options[1] = 5: must be an object { }; correct the value
                    /connect_options | [{"password": null}] | connect_options: a list of 1, but there are 2 hosts; give one for each host, or one without a list for all
                    /worker_options | [{}, {}, {}] | worker_options: a list of 3, but there are 2 hosts; give one for each host, or one without a list for all
                    /worker_options | [{}, {"n_workers": 0}] | worker_options[1].n_workers = 0: must be a whole number from 1 to 1000; correct the value
                    /worker_options/nthreads | 100001 | worker_options.nthreads = 100001: must be a whole number from 0 to 100000; correct the value
                    /worker_options/name | "a" | worker_options.name: unknown key; known keys are n_workers, nthreads, memory_limit, preload, nanny; correct or remove it
                    /scheduler_options/port | 0 | scheduler_options.port = 0: must be a whole number from 1 to 65535; correct the value
                    /scheduler_options/host | "a" | scheduler_options.host: unknown key; known keys are port, dashboard_address; correct or remove it
                    /overlay | 5 | overlay = 5: TEXT
                    /overlay | ["a", 5] | overlay[1] = 5: TEXT
                    /overlay | ["a"] | overlay: a list of 1, but there are 2 hosts; give one for each host, or one without a list for all
                    /workers | 5 | workers: unknown key; known keys are scheduler, hosts, connect_options, worker_options, scheduler_options, overlay, worker_class; correct or remove it
                    """)
    void refuses(String pointer, String value, String problem) throws IOException {
        ObjectNode json = cluster();
        put(json, "/hosts", json("[\"node1\", \"node2\"]"));
        put(json, pointer, json(value));
        assertProblems(json, problem.replace("TEXT", TEXT));
    }

    @Test
    void aCommandToTypeHasNothingInItThatAShellWouldRun() throws IOException {
        ObjectNode json = cluster();
        put(json, "/hosts", json("[\"$(id)\"]"));
        put(json, "/connect_options", json("{\"username\": \"$(touch x)\", \"password\": \"secret\"}"));
        assertProblems(
                json,
                "hosts[0] = \"$(id)\": must be a host name or address; correct or remove it",
                "connect_options.username = \"$(touch x)\": must be the name of a user; correct the value",
                "connect_options.password: not accepted; remove it and log in with a key: ssh-copy-id -p 22 USER@HOST");
    }

    @Test
    void namesTheOnlyHostInTheRemedyForAPassword() throws IOException {
        ObjectNode json = cluster();
        put(json, "/connect_options", json("{\"port\": 0, \"password\": \"secret\"}"));
        assertProblems(
                json,
                "connect_options.port = 0: must be a whole number from 1 to 65535; correct the value",
                "connect_options.password: not accepted; remove it and log in with a key: ssh-copy-id -p PORT USER@node1");
    }

    @Test
    void reportsAllProblemsAtOnce() throws IOException {
        assertProblems(
                json(
                        "{\"hosts\": [\"a b\", \"c\"], \"connect_options\": [{\"port\": -1}], \"worker_options\": {\"n_workers\": 0},"
                                + " \"overlay\": [], \"seed\": 1}"),
                "scheduler: missing; name the host of Spark's master",
                "hosts[0] = \"a b\": must be a host name or address; correct or remove it",
                "connect_options[0].port = -1: must be a whole number from 1 to 65535; correct the value",
                "worker_options.n_workers = 0: must be a whole number from 1 to 1000; correct the value",
                "overlay = []: must be a list [ ] of 1 to 1000 texts; correct the value",
                "seed: unknown key; known keys are scheduler, hosts, connect_options, worker_options, scheduler_options,"
                        + " overlay, worker_class; correct or remove it");
    }

    @Test
    void nothingButInvalidInputEscapes() throws IOException {
        ObjectNode sound = (ObjectNode) json(TWO_HOSTS);
        put(sound, "/connect_options", json("[{\"client_keys\": \"id\", \"username\": \"fwi\"}, {}]"));
        Random random = new Random(1);
        Pattern line = Pattern.compile(Pattern.quote(folder.toString()) + "\\P{Cntrl}+");
        int accepted = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] input = MAPPER.writeValueAsBytes(ExperimentReaderTest.mutatedTree(sound, random));
            Files.write(file, input);
            try {
                assertThat(ClusterConfigReader.read(file).hosts()).isNotEmpty();
                accepted++;
            } catch (InvalidInputException e) {
                assertThat(e.messages()).isNotEmpty().allMatch(problem -> line.matcher(problem)
                        .matches());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + i + ": " + new String(input, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(accepted).isBetween(100, 1900);
    }
}
