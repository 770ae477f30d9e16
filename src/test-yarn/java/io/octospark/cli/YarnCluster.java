package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.ContainerReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.util.resource.ResourceUtils;

/** A {@link MiniCluster} whose two nodes offer two units of {@code yarn.io/fpga} each, and what its resource manager tells. */
final class YarnCluster implements AutoCloseable {
    private static final String FPGA = "yarn.io/fpga";

    private final Path folder;
    private final Process process;
    private final Configuration configuration = new YarnConfiguration();
    private final YarnClient client = YarnClient.createYarnClient();

    /** Starts it and waits until it is ready. */
    YarnCluster(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        Path conf = Files.createDirectory(configurationFolder());
        Files.writeString(
                conf.resolve("resource-types.xml"),
                "<configuration><property><name>yarn.resource-types</name><value>" + FPGA
                        + "</value></property></configuration>");
        Path log = folder.resolve("cluster.log");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        conf + File.pathSeparator + classPath(),
                        MiniCluster.class.getName(),
                        conf.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            StandaloneCluster.await(() -> !process.isAlive() || read(log).contains(MiniCluster.READY));
            assertThat(process.isAlive()).as(read(log)).isTrue();
            for (String file : List.of("core-site.xml", "yarn-site.xml", "resource-types.xml")) {
                configuration.addResource(conf.resolve(file).toUri().toURL());
            }
            ResourceUtils.resetResourceTypes(configuration);
            client.init(configuration);
            client.start();
        } catch (AssertionError | RuntimeException | IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    /** Without the part of Spark's runtime whose classes the mini cluster has in a form of its own. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("hadoop-yarn-server-web-proxy"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What clients have as HADOOP_CONF_DIR. */
    Path configurationFolder() {
        return folder.resolve("conf");
    }

    /** The cluster's HDFS. */
    FileSystem hdfs() throws IOException {
        return FileSystem.get(configuration);
    }

    /** The application that was submitted last. */
    ApplicationReport lastApplication() throws IOException, YarnException {
        List<ApplicationReport> applications = client.getApplications();
        return applications.stream()
                .reduce((a, b) -> a.getApplicationId().compareTo(b.getApplicationId()) > 0 ? a : b)
                .orElseThrow();
    }

    /** The {@code yarn.io/fpga} of each container that has been granted some and is still there. */
    List<Long> grantedUnits() {
        try {
            return client.getApplications().isEmpty()
                    ? List.of()
                    : client.getContainers(lastApplication().getCurrentApplicationAttemptId()).stream()
                            .map(ContainerReport::getAllocatedResource)
                            .map(resource -> resource.getResourceValue(FPGA))
                            .filter(units -> units > 0)
                            .toList();
        } catch (YarnException e) {
            // Without an attempt yet, or any more.
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Standard output and standard error of all containers of the application that was submitted last. */
    List<String> lastOutputs() throws IOException, YarnException {
        String application = lastApplication().getApplicationId().toString();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().contains("/" + application + "/container_")
                            && file.getFileName().toString().matches("stdout|stderr"))
                    .map(YarnCluster::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the cluster, its containers and all else that this process has started. */
    @Override
    public void close() {
        client.stop();
        List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
        ProcessHandle.current().descendants().forEach(all::add);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
    }
}
