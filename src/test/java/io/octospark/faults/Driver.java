package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command as a user starts it, in a process of its own that can be killed, with folders of its own for temporary files. */
final class Driver implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("submit-scripts/octospark").toAbsolutePath();
    private static final int LIMIT_MINUTES = 5;

    private final Path folder;
    private final Path output;
    private final Process process;

    /**
     * Starts a command.
     *
     * @param folder where it works, also the place of its temporary files
     * @param environment variables besides those of this process
     */
    Driver(Path folder, Map<String, String> environment, List<String> arguments) throws IOException {
        this.folder = folder;
        for (Path temporary : temporaryFolders(folder)) {
            Files.createDirectories(temporary);
        }
        output = Files.createTempFile(folder, "driver", ".txt");
        // A shell without job control has its background jobs ignore SIGINT, and so do their children.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", LAUNCHER.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> variables = builder.environment();
        variables.remove("SPARK_HOME");
        variables.put("OCTOSPARK_BUILD", System.getProperty("octospark.build.folder"));
        variables.put("SPARK_LOCAL_IP", "127.0.0.1");
        variables.put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
        // JNA's.
        variables.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        variables.put(
                "SPARK_SUBMIT_OPTS",
                StandaloneCluster.QUICK_START + " -Dspark.ui.enabled=false -Djava.io.tmpdir=" + folder.resolve("tmp"));
        variables.putAll(environment);
        process = builder.start();
    }

    private static List<Path> temporaryFolders(Path folder) {
        return List.of(folder.resolve("tmp"), folder.resolve("local"), folder.resolve("cache"));
    }

    /** What is in the folders for temporary files: their files, and folders in them. */
    List<Path> temporary() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path temporary : temporaryFolders(folder)) {
            try (Stream<Path> files = Files.walk(temporary)) {
                // JNA keeps its empty folder.
                files.filter(file ->
                                Files.isRegularFile(file) || file.getParent().equals(folder.resolve("tmp")))
                        .forEach(found::add);
            }
        }
        return found;
    }

    /** What it has printed so far. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends it a signal, such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
        signal(name, process.pid());
    }

    /** Sends a process a signal; one that has just ended gets none. */
    static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Waits for its end, which must come, and returns its exit code. */
    int await() throws InterruptedException {
        assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                .as(() -> "the command has ended: " + output())
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
    }
}
