package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster in processes of its own: a master and workers on loopback addresses, each with an emulated
 * card of two units.
 */
public final class StandaloneCluster implements AutoCloseable {
    /** JVM options for processes that live for a few seconds. */
    public static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:cds=off"
            + " -Xlog:cds+dynamic=off -XX:SharedArchiveFile="
            + Path.of(System.getProperty("octospark.build.folder"), "octospark.jsa");

    private static final String EXECUTOR = "CoarseGrainedExecutorBackend";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 100;

    private final Path folder;
    private final Path scripts = Path.of("submit-scripts").toAbsolutePath();
    private final Path runtime = Path.of(System.getProperty("octospark.build.folder"), "spark-runtime");
    private final List<Process> processes = new ArrayList<>();
    private final int port;
    private final int webPort;

    /** Starts it and waits until all workers are alive. */
    public StandaloneCluster(Path folder, List<String> hosts) throws IOException, InterruptedException {
        this.folder = folder;
        port = freePort();
        webPort = freePort();
        start(
                "master",
                "127.0.0.1",
                Map.of(),
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--webui-port",
                "" + webPort);
        for (String host : hosts) {
            startWorker(host);
        }
        try {
            await(() -> aliveWorkers() == hosts.size());
        } catch (AssertionError | InterruptedException e) {
            close();
            throw e;
        }
    }

    /** Starts a worker again and waits until it is one of two. */
    void restartWorker(String host) throws IOException, InterruptedException {
        startWorker(host);
        await(() -> aliveWorkers() == 2);
    }

    private void startWorker(String host) throws IOException {
        Path properties = Files.writeString(
                folder.resolve("worker-" + host + ".conf"),
                "spark.worker.resource.fpga.amount 2%nspark.worker.resource.fpga.discoveryScript %s%n"
                        .formatted(scripts.resolve("discover-fpga.sh")));
        start(
                "worker-" + host,
                host,
                Map.of("OCTOSPARK_EMU_BDFS", card(host), "OCTOSPARK_FPGA_UNITS", "2"),
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                host,
                "--cores",
                "3",
                "--memory",
                "4g",
                "--work-dir",
                work(host).toString(),
                "--webui-port",
                "0",
                "--properties-file",
                properties.toString(),
                master());
    }

    /** The emulated card of a host. */
    static String card(String host) {
        return "0000:" + host.substring(host.lastIndexOf('.') + 1) + "b:00.1";
    }

    public String master() {
        return "spark://127.0.0.1:" + port;
    }

    /** The processes of a host's executors. */
    public Set<Long> executors(String host) {
        return running(EXECUTOR, "--hostname " + host + " ").stream()
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    /** Ends the executors of a host as the kernel would. */
    void killExecutors(String host) {
        kill(running(EXECUTOR, "--hostname " + host + " "));
    }

    /** Ends the worker of a host and its executors as a power cut would. */
    void killWorker(String host) {
        List<ProcessHandle> executors = running(EXECUTOR, "--hostname " + host + " ");
        kill(running("worker.Worker", "--host " + host + " "));
        kill(executors);
    }

    private List<ProcessHandle> running(String role, String ofHost) {
        return processes.stream()
                .flatMap(process -> Stream.concat(Stream.of(process.toHandle()), process.descendants()))
                .filter(process -> process.info()
                        .commandLine()
                        .filter(command -> command.contains(role) && command.contains(ofHost))
                        .isPresent())
                .toList();
    }

    private static void kill(List<ProcessHandle> found) {
        assertThat(found).isNotEmpty();
        found.forEach(ProcessHandle::destroyForcibly);
        found.forEach(process -> process.onExit().join());
    }

    /** Waits for a condition. */
    public static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to wait until").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private int aliveWorkers() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + webPort + "/json/"))
                .build();
        try {
            JsonNode state = MAPPER.readTree(HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body());
            return state.path("aliveworkers").intValue();
        } catch (IOException e) {
            // Not there yet, or with a page that says so.
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private Path work(String host) {
        return folder.resolve("work-" + host);
    }

    private void start(String name, String host, Map<String, String> environment, String... command)
            throws IOException {
        List<String> words =
                new ArrayList<>(List.of(scripts.resolve("spark-class").toString()));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("SPARK_HOME", runtime.toAbsolutePath().toString());
        builder.environment().put("SPARK_LOCAL_IP", host);
        builder.environment().put("SPARK_DAEMON_JAVA_OPTS", QUICK_START);
        builder.environment().putAll(environment);
        processes.add(builder.start());
    }

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Ends all its processes, the workers' executors too. */
    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>();
        for (Process process : processes) {
            process.descendants().forEach(all::add);
            all.add(process.toHandle());
        }
        all.sort(Comparator.comparing(ProcessHandle::pid).reversed());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }
}
