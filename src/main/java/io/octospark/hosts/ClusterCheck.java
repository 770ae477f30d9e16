package io.octospark.hosts;

import io.octospark.config.ClusterConfig.Host;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Check of a cluster's hosts, side by side: whether a worker can start on each and will find what it needs. Changes
 * nothing on them.
 */
public final class ClusterCheck {
    private static final String QUESTIONS = "host-facts.sh";
    private static final String UNITS_OF_A_CARD = "OCTOSPARK_FPGA_UNITS";
    private static final int MAX_UNITS = 1000;

    /** Number of hosts that are checked at the same time; so many processes and connections are no burden. */
    private static final int AT_ONCE = 100;

    private static final int LIMIT_SECONDS = 60;

    /**
     * The requirements that are the same for all hosts.
     *
     * @param emulated whether the cards are emulated
     * @param library library of the Xilinx Runtime
     * @param sparkVersion version of the Spark that runs here
     * @param environment variables of this process that {@code start-cluster.sh} knows
     */
    public record Wanted(boolean emulated, String library, String sparkVersion, Map<String, String> environment) {
        public Wanted {
            environment = Map.copyOf(environment);
        }

        List<String> sshOptions() {
            return ShellWords.split("OCTOSPARK_SSH_OPTS", variable("OCTOSPARK_SSH_OPTS"));
        }

        /** Returns OctoSpark's folder on hosts that give none. */
        String folder() {
            return environment.getOrDefault(
                    "OCTOSPARK_HOME", Path.of("").toAbsolutePath().toString());
        }

        /** Returns the local user, for commands that messages show. */
        String user() {
            return System.getProperty("user.name");
        }

        Optional<Integer> unitsPerCard() {
            String text = variable(UNITS_OF_A_CARD);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > MAX_UNITS) {
                throw new InvalidInputException(
                        ErrorCode.ENVIRONMENT_VARIABLE,
                        UNITS_OF_A_CARD + " = " + text + ": must be a whole number from 1 to " + MAX_UNITS,
                        "correct or unset the variable");
            }
            return Optional.of(Integer.parseInt(text));
        }

        /** Returns the environment variables that hosts receive. */
        Map<String, String> exported() {
            Map<String, String> exported = new TreeMap<>(environment);
            exported.keySet().removeIf(name -> !name.matches("JAVA_HOME|OCTOSPARK_BUILD|OCTOSPARK_EMU_[A-Z0-9_]+"));
            // The launcher has set SPARK_HOME for itself.
            exported.put("SPARK_HOME", variable("OCTOSPARK_SPARK_HOME"));
            exported.values().removeIf(String::isEmpty);
            return exported;
        }

        /** Returns the script that collects the facts of a host. */
        String questions() {
            try (InputStream script = ClusterCheck.class.getResourceAsStream(QUESTIONS)) {
                return new String(script.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(QUESTIONS, e);
            }
        }

        private String variable(String name) {
            return environment.getOrDefault(name, "");
        }
    }

    private ClusterCheck() {}

    /**
     * Checks all hosts. Returns after at most {@value #LIMIT_SECONDS} s; hosts that have not answered then fail.
     *
     * @param bitstreams hosts with the files that each must have
     * @return the verdicts, in the order of the hosts
     * @throws InvalidInputException if a variable of the environment is wrong
     */
    public static List<HostVerdict> run(Map<Host, List<String>> bitstreams, Wanted wanted) {
        wanted.sshOptions();
        wanted.unitsPerCard();
        List<Host> hosts = List.copyOf(bitstreams.keySet());
        List<Callable<List<HostVerdict>>> checks = new ArrayList<>();
        for (Host host : hosts) {
            checks.add(() -> new HostCheck(host, bitstreams.get(host), wanted).run());
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, hosts.size()));
        // A command that is stopped must not leave processes.
        Thread atExit = new Thread(() -> end(threads));
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            List<Future<List<HostVerdict>>> answers = threads.invokeAll(checks, LIMIT_SECONDS, TimeUnit.SECONDS);
            List<HostVerdict> verdicts = new ArrayList<>();
            for (int i = 0; i < hosts.size(); i++) {
                verdicts.addAll(verdicts(hosts.get(i), answers.get(i)));
            }
            return verdicts;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while hosts are asked", e);
        } finally {
            end(threads);
            forget(atExit);
        }
    }

    private static void forget(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The hook is already running.
        }
    }

    private static List<HostVerdict> verdicts(Host host, Future<List<HostVerdict>> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (CancellationException e) {
            return notAsked(
                    host, "not done within " + LIMIT_SECONDS + " s, too many hosts do not answer; mend those first");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException) {
                return notAsked(host, "interrupted; start again");
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static List<HostVerdict> notAsked(Host host, String why) {
        return List.of(new HostVerdict(host.name(), "login", false, why));
    }

    /** Interrupts the threads and waits until they have ended their processes. */
    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
