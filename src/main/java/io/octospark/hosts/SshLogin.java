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
 * A login on a host as {@code start-cluster.sh} does it: with a key, never with a password. It runs a script in the
 * bash of that host.
 *
 * @param host the host
 * @param options further options for ssh
 */
record SshLogin(Host host, List<String> options) {
    /** Exit code of ssh itself. */
    static final int NO_LOGIN = 255;

    /** Time limit of the script in seconds, enforced on the host so that no process is left there. */
    static final int SCRIPT_SECONDS = 20;

    /** Exit code of a script that exceeded its time limit. */
    static final int OUT_OF_TIME = 124;

    private static final int CONNECT_SECONDS = 10;
    private static final String PLAIN = "[A-Za-z0-9_@%+=:,./~-]+";

    SshLogin {
        options = List.copyOf(options);
    }

    /**
     * The result of a command.
     *
     * @param inTime whether the command ended by itself; if false, it was stopped
     * @param exitCode its exit code
     * @param out its standard output
     * @param err its standard error
     */
    record Answer(boolean inTime, int exitCode, String out, String err) {}

    /** Returns the command line of the process; no local shell reads it. */
    List<String> command() {
        List<String> command =
                new ArrayList<>(List.of("ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=" + CONNECT_SECONDS));
        if (host.key() != null) {
            command.addAll(List.of("-o", "IdentitiesOnly=yes"));
        }
        command.addAll(address(false));
        command.addAll(options);
        // ssh must neither take the host for an option nor search the command for options.
        command.add("--");
        command.add(host.user() == null ? host.name() : host.user() + "@" + host.name());
        command.addAll(List.of("timeout", "-k", "2", Integer.toString(SCRIPT_SECONDS), "bash", "-s"));
        return command;
    }

    /** Returns the command that lets ssh log in by key from now on. */
    String copyKey(String thisUser) {
        return "ssh-copy-id " + String.join(" ", address(true)) + " " + to(thisUser);
    }

    /** Returns the command for a login by hand. */
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
     * Runs a command with a text as its standard input. The command and all its child processes are ended at the time
     * limit or when the thread is interrupted.
     *
     * @throws IOException if the command can't be started
     */
    static Answer run(List<String> command, String input, Duration limit) throws IOException, InterruptedException {
        // Files instead of pipes, because a connection that ssh keeps open for later would also hold pipes open.
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

    /** Returns the content of a file with any bytes. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
