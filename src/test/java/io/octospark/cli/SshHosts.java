package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Hosts of a cluster, which are ssh servers on addresses of this machine. They let one key in, {@code user} in the folder;
 * {@code other} is one that they do not know.
 */
final class SshHosts implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;
    private final Map<String, Process> servers = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();

    SshHosts(Path folder, List<String> addresses) throws IOException, InterruptedException {
        this.folder = folder;
        for (String key : List.of("host", "user", "other")) {
            String file = folder.resolve(key).toString();
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file);
        }
        Files.copy(folder.resolve("user.pub"), folder.resolve("authorized"));
        String hostKey = Files.readString(folder.resolve("host.pub"));
        StringBuilder knownHosts = new StringBuilder();
        for (String address : addresses) {
            start(address);
            knownHosts.append("[%s]:%d %s".formatted(address, port(address), hostKey));
        }
        Files.writeString(folder.resolve("known"), knownHosts);
    }

    private void start(String address) throws IOException {
        int port = freePort(address);
        ports.put(address, port);
        Path config = Files.write(
                folder.resolve("sshd-" + address),
                List.of(
                        "ListenAddress " + address + ":" + port,
                        "HostKey " + folder.resolve("host"),
                        "AuthorizedKeysFile " + folder.resolve("authorized"),
                        "PidFile none",
                        "StrictModes no",
                        "UsePAM no",
                        "PasswordAuthentication no",
                        "KbdInteractiveAuthentication no"));
        Process server = new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .start();
        servers.put(address, server);
        BufferedReader log = server.inputReader();
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            if (line.startsWith("Server listening on " + address)) {
                return;
            }
        }
        throw new AssertionError("sshd does not start; submit-scripts/run-tests.sh provides what it needs: " + lines);
    }

    /** The port of a host's server. */
    int port(String address) {
        return ports.get(address);
    }

    /** Ends the server of a host. */
    void stop(String address) throws InterruptedException {
        Process server = servers.get(address);
        server.destroy();
        assertThat(server.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    /** The settings of a host for its {@code connect_options}. */
    ObjectNode connection(String address) {
        return MAPPER.createObjectNode().put("port", port(address)).put("client_keys", "user");
    }

    /** What ssh needs to find these hosts, and no file of the user's. */
    String options() {
        return "-F /dev/null -o 'UserKnownHostsFile=" + folder.resolve("known") + "'";
    }

    @Override
    public void close() {
        servers.values().forEach(Process::destroy);
        servers.values().forEach(server -> server.onExit().join());
    }

    static int freePort(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    /** Runs a command that goes well; returns what it prints. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.strip();
    }
}
