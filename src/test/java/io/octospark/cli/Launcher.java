package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts commands as a user does: the launcher, spark-submit and the application jar in processes of their own. */
final class Launcher {
    private static final Path SCRIPTS = Path.of("submit-scripts").toAbsolutePath();
    private static final int TIMEOUT_MINUTES = 5;

    /** How a command ended and what it printed. */
    record Outcome(int exitCode, String out, String err) {}

    private Launcher() {}

    static Outcome octospark(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return script("octospark", folder, environment, arguments);
    }

    /** Runs one of the scripts in a folder. */
    static Outcome script(String name, Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return scriptThatReads("", name, folder, environment, arguments);
    }

    /** Runs one of the scripts, which finds a text in its standard input. */
    static Outcome scriptThatReads(
            String input, String name, Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(name).toString()));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile(folder, "stderr", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
        builder.environment().put("OCTOSPARK_BUILD", System.getProperty("octospark.build.folder"));
        builder.environment().remove("SPARK_HOME");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out;
        try (InputStream stream = process.getInputStream()) {
            out = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), out, Files.readString(err));
    }
}
