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
 * Proves the hosts of a cluster side by side: whether a worker can be started on each and will find what it needs. Changes
 * nothing on them.
 */
public final class ClusterCheck {
    private static final String QUESTIONS = "host-facts.sh";
    private static final String UNITS_OF_A_CARD = "OCTOSPARK_FPGA_UNITS";
    private static final int MAX_UNITS = 1000;

    /** So many processes and connections at once are no burden. */
    private static final int AT_ONCE = 100;

    private static final int LIMIT_SECONDS = 60;

    /**
     * What is the same for all hosts.
     *
     * @param emulated whether the cards are to be emulated ones
     * @param library library of the Xilinx Runtime
     * @param sparkVersion version of the Spark that runs here
     * @param environment variables of this process: those that {@code start-cluster.sh} knows
     */
    public record Wanted(boolean emulated, String library, String sparkVersion, Map<String, String> environment) {
        public Wanted {
            environment = Map.copyOf(environment);
        }

        List<String> sshOptions() {
            return ShellWords.split("OCTOSPARK_SSH_OPTS", variable("OCTOSPARK_SSH_OPTS"));
        }

        /** OctoSpark's folder on hosts for which none is given. */
        String folder() {
            return environment.getOrDefault(
                    "OCTOSPARK_HOME", Path.of("").toAbsolutePath().toString());
        }

        /** The user here, for commands that are shown. */
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

        /** What hosts are given of the environment. */
        Map<String, String> exported() {
            Map<String, String> exported = new TreeMap<>(environment);
            exported.keySet().removeIf(name -> !name.matches("JAVA_HOME|OCTOSPARK_BUILD|OCTOSPARK_EMU_[A-Z0-9_]+"));
            // The launcher has set SPARK_HOME for itself.
            exported.put("SPARK_HOME", variable("OCTOSPARK_SPARK_HOME"));
            exported.values().removeIf(String::isEmpty);
            return exported;
        }

        /** The script that asks. */
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
     * Asks all hosts. Returns after {@value #LIMIT_SECONDS} s at most; what has not answered then is judged so.
     *
     * @param bitstreams hosts with the files that each is to have
     * @return what was found, in the order of the hosts
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
        // A command that is ended must not leave processes.
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
            // It is at work.
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

    /** Interrupts the threads, which then end their processes, and waits for that. */
    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
