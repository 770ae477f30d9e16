package io.octospark.hosts;

import io.octospark.compute.xrt.DesignCatalogue;
import io.octospark.config.ClusterConfig.Host;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Check of one host of a cluster. It collects facts over ssh and compares them with what {@code start-cluster.sh} and a
 * run need.
 *
 * @param host the host
 * @param bitstreams files that the host must have
 * @param wanted requirements that are the same for all hosts
 */
record HostCheck(Host host, List<String> bitstreams, ClusterCheck.Wanted wanted) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LEAST_JAVA = 17;
    private static final int MOST_JAVA_OF_SPARK_3 = 21;

    HostCheck {
        bitstreams = List.copyOf(bitstreams);
    }

    /** Checks the host. If the thread is interrupted, ends the processes it has started. */
    List<HostVerdict> run() throws InterruptedException {
        SshLogin login = new SshLogin(host, wanted.sshOptions());
        try {
            return judge(SshLogin.run(login.command(), script(), LIMIT), login);
        } catch (IOException e) {
            return List.of(failed("login", "ssh can't be started: " + e.getMessage() + "; install openssh-client"));
        }
    }

    /** Returns the script of questions, preceded by this host's values. */
    String script() {
        StringBuilder script = new StringBuilder();
        wanted.exported()
                .forEach((name, value) -> script.append("export %s=%s\n".formatted(name, ShellWords.quoted(value))));
        Map.of(
                        "dir", folder(),
                        "xrt", host.xrtSetup() == null ? "" : host.xrtSetup(),
                        "library", wanted.library())
                .forEach((name, value) -> script.append("%s=%s\n".formatted(name, ShellWords.quoted(value))));
        String files = bitstreams.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
        return script.append("bitstreams=(%s)\n".formatted(files))
                .append(wanted.questions())
                .toString();
    }

    private String folder() {
        return host.folder() == null ? wanted.folder() : host.folder();
    }

    /** Returns a verdict on each thing that a worker needs. */
    List<HostVerdict> judge(SshLogin.Answer answer, SshLogin login) {
        HostFacts facts = HostFacts.parse(answer.out());
        if (!facts.has("user")) {
            return List.of(failed("login", whyNot(answer, login)));
        }
        List<HostVerdict> verdicts = new ArrayList<>();
        verdicts.add(ok("login", "as " + facts.value("user")));
        if (!facts.has("end")) {
            boolean inSetUp = facts.has("xrt_setup_begun") && !facts.has("xrt_setup_ended");
            verdicts.add(failed(
                    "answer",
                    "the host did not tell all, %s; %s"
                            .formatted(
                                    howEnded(answer),
                                    inSetUp
                                            ? "see why its script " + host.xrtSetup() + " does not end"
                                            : "see what keeps it busy")));
            return verdicts;
        }
        verdicts.add(system(facts));
        verdicts.add(java(facts));
        verdicts.add(octospark(facts));
        if (facts.has("octospark")) {
            verdicts.add(cards(facts.cards()));
        }
        if (host.xrtSetup() != null) {
            verdicts.add(xrtSetup(facts));
        }
        if (!wanted.emulated() && (!bitstreams.isEmpty() || !facts.cards().isEmpty())) {
            verdicts.add(xrt(facts));
        }
        for (String bitstream : bitstreams) {
            verdicts.add(bitstream(bitstream, facts));
        }
        return verdicts;
    }

    private HostVerdict ok(String check, String found) {
        return new HostVerdict(host.name(), check, true, found);
    }

    private HostVerdict failed(String check, String problem) {
        return new HostVerdict(host.name(), check, false, problem);
    }

    /** Returns why the login failed: the last line that ssh printed, with the remedy. */
    private String whyNot(SshLogin.Answer answer, SshLogin login) {
        String user = wanted.user();
        String said = answer.err()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce("no answer", (first, second) -> second);
        if (!answer.inTime()) {
            return said + ", " + howEnded(answer) + "; see what this does: " + login.byHand(user);
        }
        if (answer.exitCode() != SshLogin.NO_LOGIN) {
            return said + ", " + howEnded(answer) + "; bash and timeout (coreutils) must work there without a terminal";
        }
        if (said.contains("Host key verification failed")) {
            return said + " Make sure that it is the right host, and log in once by hand: " + login.byHand(user);
        }
        if (said.contains("Permission denied") || said.contains("authentication failures")) {
            return said + "; ssh must log in with a key, without a password: " + login.copyKey(user);
        }
        return said + "; start the host and its ssh server, or correct the cluster file";
    }

    private static String howEnded(SshLogin.Answer answer) {
        if (!answer.inTime()) {
            return "not done within " + LIMIT.toSeconds() + " s";
        }
        return answer.exitCode() == SshLogin.OUT_OF_TIME
                ? "not done within " + SshLogin.SCRIPT_SECONDS + " s"
                : "exit code " + answer.exitCode();
    }

    private HostVerdict system(HostFacts facts) {
        String system = facts.value("system");
        return system.startsWith("Linux ")
                ? ok("system", system)
                : failed("system", system + "; workers need Linux, name another host");
    }

    private HostVerdict java(HostFacts facts) {
        String remedy = "; install Java 17 there, or set JAVA_HOME here to a folder where all hosts have it";
        if (!facts.has("java")) {
            return failed("java", "no java on PATH" + remedy);
        }
        String java = facts.value("java");
        if (!facts.has("java_version")) {
            return failed("java", java + " does not run" + remedy);
        }
        int version = Integer.parseInt(facts.value("java_version"));
        String found = java + " is Java " + version;
        if (version < LEAST_JAVA) {
            return failed("java", found + ", Java 17 or later is needed" + remedy);
        }
        if (version > MOST_JAVA_OF_SPARK_3 && facts.sparkVersion().startsWith("3.")) {
            return failed("java", found + ", Spark 3 runs on Java 17 to 21" + remedy);
        }
        return ok("java", found);
    }

    private HostVerdict octospark(HostFacts facts) {
        String check = "OctoSpark";
        if (!facts.has("octospark")) {
            return failed(check, "no OctoSpark in " + folder() + "; install and build it there");
        }
        String version = facts.sparkVersion();
        if (version.isEmpty()) {
            return failed(
                    check,
                    "no Spark in %s; build OctoSpark in %s with ./mvnw package -DskipTests"
                            .formatted(facts.value("spark_home"), facts.value("octospark")));
        }
        if (!version.equals(wanted.sparkVersion())) {
            return failed(
                    check,
                    "Spark %s in %s, here it is %s; use the same on all hosts"
                            .formatted(version, facts.value("spark_home"), wanted.sparkVersion()));
        }
        return ok(check, facts.value("octospark") + ", Spark " + version);
    }

    /** Compares the cards with the cluster file, counting units as cluster-process does. */
    private HostVerdict cards(List<String> cards) {
        String check = "cards";
        if (cards.isEmpty() && wanted.emulated()) {
            return failed(check, "no emulated card; name some in OCTOSPARK_EMU_BDFS, here and for start-cluster.sh");
        }
        if (cards.isEmpty()) {
            return bitstreams.isEmpty()
                    ? ok(check, "no FPGA card: the worker has processor cores only")
                    : failed(
                            check,
                            "no FPGA card with the driver xocl, but a bitstream for this host; install card and driver");
        }
        int each = wanted.unitsPerCard().orElse((host.units() + cards.size() - 1) / cards.size());
        if (each * cards.size() != host.units()) {
            return failed(
                    check,
                    ("%d card(s) with %d compute unit(s) each, but n_workers = %d in the cluster file; correct it, or say"
                                    + " with OCTOSPARK_FPGA_UNITS how many a card has")
                            .formatted(cards.size(), each, host.units()));
        }
        return ok(check, host.units() + " compute unit(s) on " + String.join(", ", cards));
    }

    private HostVerdict xrtSetup(HostFacts facts) {
        String check = "XRT set-up";
        if (facts.has("xrt_setup_ended")) {
            return ok(check, host.xrtSetup());
        }
        return failed(
                check,
                facts.has("xrt_setup_begun")
                        ? host.xrtSetup() + " ends the shell that sources it; correct it"
                        : "no XRT set-up script " + host.xrtSetup() + "; install the Xilinx Runtime, or correct xrt");
    }

    private HostVerdict xrt(HostFacts facts) {
        if (!facts.has("xrt_home")) {
            return failed(
                    "XRT",
                    "XILINX_XRT is not set; install the Xilinx Runtime there, and name its set-up script with xrt in the"
                            + " cluster file");
        }
        return facts.has("xrt_library")
                ? ok("XRT", facts.value("xrt_library"))
                : failed(
                        "XRT",
                        "no %s with XILINX_XRT = %s; install the Xilinx Runtime there, or correct xrt in the cluster file"
                                .formatted(wanted.library(), facts.value("xrt_home")));
    }

    private HostVerdict bitstream(String path, HostFacts facts) {
        String check = "bitstream " + path;
        if (wanted.emulated()
                && DesignCatalogue.bundled().ofBitstream(Path.of(path)).isPresent()) {
            return ok(check, "of the catalogue, needs no file for emulated cards");
        }
        if (!path.startsWith("/")) {
            // The executor that loads the file works in a folder of its own.
            return failed(
                    check,
                    "a relative path, which executors would not find; give the full path, in the experiment too");
        }
        return facts.bitstreams().contains(path)
                ? ok(check, "readable")
                : failed(
                        check,
                        "no such file that " + facts.value("user") + " may read; put it there or correct the path");
    }
}
