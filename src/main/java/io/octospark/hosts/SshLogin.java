package io.octospark.hosts;

import io.octospark.config.ClusterConfig.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Logs in on a host as {@code start-cluster.sh} does, with a key and never with a password, and runs a script in the bash
 * of that host.
 *
 * @param host the host
 * @param options more options for ssh
 */
record SshLogin(Host host, List<String> options) {
    /** Exit code of ssh itself. */
    static final int NO_LOGIN = 255;

    /** Time limit of the script, kept on the host, so that nothing is left there. */
    static final int SCRIPT_SECONDS = 20;

    /** Exit code of a script that was ended at its limit. */
    static final int OUT_OF_TIME = 124;

    private static final int CONNECT_SECONDS = 10;
    private static final String PLAIN = "[A-Za-z0-9_@%+=:,./~-]+";

    SshLogin {
        options = List.copyOf(options);
    }

    /**
     * How a command ended.
     *
     * @param inTime whether it ended by itself; if not, it was made to
     * @param exitCode its exit code
     * @param out what it printed to standard output
     * @param err what it printed to standard error
     */
    record Answer(boolean inTime, int exitCode, String out, String err) {}

    /** The command for the process; nothing of it is read by a shell of this computer. */
    List<String> command() {
        List<String> command =
                new ArrayList<>(List.of("ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=" + CONNECT_SECONDS));
        if (host.key() != null) {
            command.addAll(List.of("-o", "IdentitiesOnly=yes"));
        }
        command.addAll(address(false));
        command.addAll(options);
        // Neither is the host taken for an option, nor is the command searched for some.
        command.add("--");
        command.add(host.user() == null ? host.name() : host.user() + "@" + host.name());
        command.addAll(List.of("timeout", "-k", "2", Integer.toString(SCRIPT_SECONDS), "bash", "-s"));
        return command;
    }

    /** What a user types to let ssh log in by key from now on. */
    String copyKey(String thisUser) {
        return "ssh-copy-id " + String.join(" ", address(true)) + " " + to(thisUser);
    }

    /** What a user types to see for himself. */
    String byHand(String thisUser) {
        return "ssh " + String.join(" ", address(true)) + " " + to(thisUser);
    }

    private List<String> address(boolean typed) {
        List<String> address = new ArrayList<>(List.of("-p", Integer.toString(host.sshPort())));
        if (host.key() != null) {
            address.addAll(List.of("-i", typed ? typed(host.key()) : host.key()));
        }
        return address;
    }

    private String to(String thisUser) {
        return (host.user() == null ? thisUser : host.user()) + "@" + host.name();
    }

    private static String typed(String text) {
        return text.matches(PLAIN) ? text : ShellWords.quoted(text);
    }

    /**
     * Runs a command with a text as its standard input. It is ended, with all that it has started, when the limit is over
     * or the thread is interrupted.
     *
     * @throws IOException if it can't be started
     */
    static Answer run(List<String> command, String input, Duration limit) throws IOException, InterruptedException {
        // Files, because a connection that ssh keeps open for later holds pipes open too.
        Path folder = Files.createTempDirectory("octospark-check");
        try {
            Path in = Files.writeString(folder.resolve("in"), input);
            Path out = folder.resolve("out");
            Path err = folder.resolve("err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            try {
                boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                return new Answer(inTime, inTime ? process.exitValue() : -1, text(out), text(err));
            } finally {
                List<ProcessHandle> started = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                        .toList();
                started.forEach(ProcessHandle::destroyForcibly);
            }
        } finally {
            for (String file : List.of("in", "out", "err")) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.delete(folder);
        }
    }

    /** Whatever bytes it has. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
