package io.octospark.cli;

import io.octospark.cli.options.CardBackendOption;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.FormatOption;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import io.octospark.config.ClusterConfig;
import io.octospark.config.ClusterConfigReader;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.config.KernelSpec;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.hosts.ClusterCheck;
import io.octospark.hosts.HostVerdict;
import io.octospark.placement.HostAssignment;
import io.octospark.placement.RunPlacement;
import io.octospark.xrt.Card;
import io.octospark.xrt.XrtDevice;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.xclbin.Xclbin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description =
                "Checks that this host can run on its FPGA cards. Checks the library and each card; with --experiment also"
                        + " the experiment's configuration and bitstreams. With --cluster it checks the hosts of the cluster"
                        + " instead of this host, over ssh: login, Java, OctoSpark and Spark, cards, the Xilinx Runtime, bitstreams."
                        + " Programs no card and changes nothing. The exit code is 0 if every check passes, else 2.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    private static final long ANY_GRIDS = 1_000_000;

    /** A check that returns what it found, or throws an exception that says what is wrong. */
    private interface Check {
        String run();
    }

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "Configuration of an experiment to check together with its bitstreams. Default: none.")
    private Optional<Path> file;

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description = "Configuration of the cluster to check, for example conf/cluster_config.json. Default: none.")
    private Optional<Path> clusterFile;

    @Mixin
    private CardBackendOption cards;

    @Mixin
    private FormatOption format;

    @Spec
    private CommandSpec spec;

    private final List<List<Object>> rows = new ArrayList<>();
    private boolean allWell = true;

    @Override
    public Integer call() throws IOException {
        Optional<Experiment> experiment = file.map(path -> ExperimentReader.read(path, Optional.empty()));
        experiment.ifPresent(
                read -> check("experiment " + read.name(), () -> read.kernels().size() + " kernels"));
        AcceleratorSettings settings = experiment.map(Experiment::accelerator).orElse(AcceleratorSettings.DEFAULT);
        if (clusterFile.isPresent()) {
            ClusterConfig cluster = ClusterConfigReader.read(clusterFile.get());
            cluster.notices().forEach(spec.commandLine().getErr()::println);
            checkHosts(cluster, experiment, settings.library());
        } else {
            checkThisHost(experiment, cards.backend(settings));
        }
        format.format()
                .print(
                        List.of("check", "result", "found"),
                        rows,
                        spec.commandLine().getOut());
        return allWell ? ExitCode.DONE : ExitCode.INVALID_INPUT;
    }

    private void checkThisHost(Optional<Experiment> experiment, XrtBackend backend) {
        check(
                "library "
                        + (cards.emulated()
                                ? "of the emulated card"
                                : backend.settings().library()),
                () -> {
                    backend.xrt().load();
                    return "loaded";
                });
        check("cards", () -> cards(backend));
        for (Card card : backend.cards()) {
            check("card " + card.bdf(), () -> opened(backend, card));
        }
        for (KernelSpec kernel : experiment.map(Experiment::kernels).orElse(List.of())) {
            check("bitstream " + kernel.pathToBitstream(), () -> described(backend, kernel));
        }
        if (allWell) {
            // The placement repeats these checks.
            experiment.ifPresent(read -> check("placement", () -> placed(backend, read)));
        }
    }

    private void checkHosts(ClusterConfig cluster, Optional<Experiment> experiment, String library) {
        List<KernelSpec> kernels = new ArrayList<>();
        experiment.ifPresent(read -> check("placement", () -> {
            kernels.addAll(HostAssignment.of(read, cluster).kernels());
            return kernels.size() + " kernels on " + cluster.hosts().size() + " hosts";
        }));
        Map<ClusterConfig.Host, List<String>> bitstreams = new LinkedHashMap<>();
        for (ClusterConfig.Host host : cluster.hosts()) {
            Stream<String> ofKernels = kernels.stream()
                    .filter(kernel -> host.name().equals(kernel.host()))
                    .map(KernelSpec::pathToBitstream);
            bitstreams.put(
                    host,
                    Stream.concat(Stream.ofNullable(host.bitstream()), ofKernels)
                            .distinct()
                            .toList());
        }
        ClusterCheck.Wanted wanted = new ClusterCheck.Wanted(
                cards.emulated(), library, org.apache.spark.package$.MODULE$.SPARK_VERSION(), System.getenv());
        for (HostVerdict verdict : ClusterCheck.run(bitstreams, wanted)) {
            allWell &= verdict.ok();
            rows.add(List.of(
                    "host " + verdict.host() + ": " + verdict.check(),
                    verdict.ok() ? "ok" : "FAILED",
                    verdict.found()));
        }
    }

    private void check(String name, Check check) {
        try {
            rows.add(List.of(name, "ok", check.run()));
        } catch (InvalidInputException | XrtException e) {
            allWell = false;
            rows.add(List.of(name, "FAILED", e.getMessage()));
        }
    }

    /** Compares units, banks, devices and memory as a run does. The number of grids does not matter. */
    private static String placed(XrtBackend backend, Experiment experiment) {
        int units = RunPlacement.place(
                        experiment,
                        backend,
                        new RunPlacement.Demand(ANY_GRIDS, true, Optional.empty(), 1),
                        new RunPlacement.Hosts(1, true))
                .size();
        return units + " units";
    }

    private static String cards(XrtBackend backend) {
        int cards = backend.cards().size();
        if (cards == 0) {
            throw new InvalidInputException(
                    ErrorCode.NO_CARDS,
                    "no card with the driver xocl is on this host",
                    "install card and driver, or use --backend xrt-emulated");
        }
        return Integer.toString(cards);
    }

    private static String opened(XrtBackend backend, Card card) {
        try (XrtDevice device = backend.open(card)) {
            return "opened as " + device.card();
        }
    }

    private static String described(XrtBackend backend, KernelSpec kernel) {
        Xclbin xclbin = backend.bitstream(kernel.pathToBitstream()).xclbin();
        return xclbin.design().platform() + ", uuid " + xclbin.uuid();
    }
}
