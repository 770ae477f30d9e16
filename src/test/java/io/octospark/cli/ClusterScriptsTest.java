package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the scripts make of a cluster file in which everything that has no form of its own is a trap, with programs that
 * note their arguments in the places of ssh and of the script that starts processes.
 */
class ClusterScriptsTest {
    private static final String NOTE_ARGUMENTS = "#!/bin/bash\nprintf '%s\\0' \"$@\" >>NOTES/${0##*/}\n";

    /** Had one part of it been run, there would be a file. */
    private static final String TRAP =
            "$(touch TRAPPED)`touch TRAPPED` 'a' \"b\", \\;touch TRAPPED;&| *~ -oProxyCommand=x";

    @TempDir
    private Path folder;

    private Path scripts;
    private Path trapped;
    private String trap;

    @BeforeEach
    void installScripts() throws IOException {
        trapped = folder.resolve("trapped");
        trap = TRAP.replace("TRAPPED", trapped.toString());
        scripts = Files.createDirectories(folder.resolve("here/submit-scripts"));
        for (String script : List.of("start-cluster.sh", "cluster.sh")) {
            Files.copy(Path.of("submit-scripts", script), scripts.resolve(script));
        }
        program(scripts.resolve("octospark"), "#!/bin/bash\ncat " + folder.resolve("hosts.csv") + "\n");
        program(scripts.resolve("cluster-process"), NOTE_ARGUMENTS);
        // Workers do not start, so that nobody waits for them.
        Path there = Files.createDirectories(folder.resolve("dir " + trap.replace('/', '_') + "/submit-scripts"));
        program(there.resolve("cluster-process"), NOTE_ARGUMENTS + "printf '\\e[2J no \\u009bworker\\n' >&2; exit 1\n");
        program(
                Files.createDirectories(folder.resolve("bin")).resolve("ssh"),
                NOTE_ARGUMENTS + "[[ ! ${NO_LOGIN-} ]] || exit 255\nexec bash -s\n");
    }

    private void program(Path file, String text) throws IOException {
        Files.writeString(file, text.replace("NOTES", folder.toString()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private String start(String... environment) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode cluster = mapper.createObjectNode().put("scheduler", "127.0.0.1");
        cluster.putArray("hosts").add("node1");
        cluster.putObject("connect_options")
                .put("client_keys", "/keys/" + trap)
                .put("xrt", trap)
                .put("dir", folder.resolve("dir " + trap.replace('/', '_')).toString());
        cluster.put("overlay", trap);
        Path file = folder.resolve("cluster.json");
        mapper.writeValue(file.toFile(), cluster);
        Commands.Outcome hosts = Commands.execute("hosts", "--cluster=" + file, "--format=csv");
        assertThat(hosts.exitCode()).as(hosts.err()).isZero();
        Files.write(folder.resolve("hosts.csv"), hosts.out());

        ProcessBuilder builder =
                new ProcessBuilder(scripts.resolve("start-cluster.sh").toString(), file.toString());
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        builder.environment().put("OCTOSPARK_EMU_BDFS", trap);
        builder.environment().put("OCTOSPARK_SSH_OPTS", "-o 'A=b c'");
        for (String variable : environment) {
            builder.environment().put(variable, "yes");
        }
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(1);
        assertThat(trapped).doesNotExist();
        return said;
    }

    private List<String> arguments(String program) throws IOException {
        return List.of(Files.readString(folder.resolve(program)).split("\0", -1));
    }

    @Test
    void valuesAreWordsAndNeverCommandsOrOptions() throws Exception {
        String said = start();

        assertThat(arguments("ssh"))
                .containsExactly(
                        "-o",
                        "BatchMode=yes",
                        "-o",
                        "ConnectTimeout=10",
                        "-o",
                        "IdentitiesOnly=yes",
                        "-p",
                        "22",
                        "-i",
                        Path.of("/keys/" + trap).normalize().toString(),
                        "-o",
                        "A=b c",
                        "--",
                        "node1",
                        "bash",
                        "-s",
                        "");
        assertThat(arguments("cluster-process"))
                .containsSequence("start", "master", "127.0.0.1", "7077", "8080")
                .containsSequence("start", "worker", "node1", "spark://127.0.0.1:7077", "1", "0", "", trap, trap)
                .containsSequence("stop", "master", "127.0.0.1");
        assertThat(said).contains("start-cluster: node1: ?[2J no ?worker").doesNotContain("\u001b", "\u009b");
    }

    @Test
    void theCommandToTypeRunsNothingElse() throws Exception {
        String said = start("NO_LOGIN");

        String typed = said.lines()
                .filter(line -> line.contains("ssh-copy-id"))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*: ssh-copy-id", "printf '%s\\\\0'");
        Process shell = new ProcessBuilder("bash", "-c", typed).start();
        String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(words.split("\0", -1))
                .containsExactly(
                        "-p",
                        "22",
                        "-i",
                        Path.of("/keys/" + trap).normalize().toString(),
                        System.getProperty("user.name") + "@node1",
                        "");
        assertThat(trapped).doesNotExist();
    }
}
