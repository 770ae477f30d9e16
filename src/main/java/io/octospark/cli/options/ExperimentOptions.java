package io.octospark.cli.options;

import io.octospark.compute.Backend;
import io.octospark.config.ClusterConfig;
import io.octospark.config.ClusterConfigReader;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.config.KernelSpec;
import io.octospark.data.GridFile;
import io.octospark.placement.CardPlacement;
import io.octospark.placement.HostAssignment;
import io.octospark.results.StoredRun;
import io.octospark.run.RunOptions;
import io.octospark.run.RunPlan;
import io.octospark.spark.DataSets;
import io.octospark.spark.OperatorMemory;
import io.octospark.spark.SparkSessions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for what to run, and on how many units. */
public final class ExperimentOptions {
    private static final int MAX_UNITS = 10_000;
    private static final int MAX_PARTITIONS_PER_UNIT = 1000;

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description =
                    "Configuration of the experiment, for example conf/notebook.json. Required unless --resume is given.")
    private Optional<Path> file;

    @Option(names = "--data", paramLabel = "PATH", description = "Data set. Default: the experiment's.")
    private Optional<String> data;

    @Option(
            names = "--grids",
            paramLabel = "N",
            description = "Use only the first N grids, split evenly over the units. Default: all grids.")
    private Optional<Long> grids;

    @Option(
            names = "--units",
            paramLabel = "N",
            description =
                    "Use N equal units instead of the experiment's kernels; on cards, N units of its first kernel. Default:"
                            + " the experiment's kernels; if it has none, one unit per CPU core or all units of the cards.")
    private Optional<Integer> units;

    @Option(
            names = "--partitions-per-unit",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Split the grids of each unit into N partitions. Equal units then balance their load, and a retry repeats"
                            + " less work. Default: ${DEFAULT-VALUE}.")
    private int partitionsPerUnit;

    @Option(
            names = "--strict-hosts",
            description =
                    "Run a kernel that names a host only on that host. By default the kernel prefers its host, and its grids go"
                            + " to another host if that one is gone.")
    private boolean strictHosts;

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description =
                    "Configuration of the cluster whose master --master names. Kernels without a host get the cluster's hosts"
                            + " in order, and the requirements of kernels are checked against the hosts. Default: none.")
    private Optional<Path> clusterFile;

    @Mixin
    private BackendOption backend;

    /** The cluster, set once by {@link #read}. */
    private Optional<ClusterConfig> cluster = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Reads and checks the experiment. Prints notices about keys without effect.
     *
     * @param resumed the run to resume, which gives the values of missing options
     */
    public Experiment read(Optional<StoredRun> resumed) {
        if (file.isEmpty() && resumed.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--experiment=FILE'");
        }
        resumed.ifPresent(this::complete);
        OptionRange.require(spec, "--grids", grids.orElse(1L), Long.MAX_VALUE);
        OptionRange.require(spec, "--units", units.orElse(1), MAX_UNITS);
        if (units.isPresent() && clusterFile.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--units = " + units.get()
                            + ": can't be given with --cluster, where the kernels of the experiment say how"
                            + " many units each host has; leave out one of them");
        }
        OptionRange.require(spec, "--partitions-per-unit", partitionsPerUnit, MAX_PARTITIONS_PER_UNIT);
        Experiment experiment = file.isPresent()
                ? ExperimentReader.read(file.get(), data)
                : ExperimentReader.ofRun(resumed.get().identity().configJson(), data);
        experiment.notices().forEach(err()::println);
        cluster = clusterFile.map(ClusterConfigReader::read);
        return cluster.map(hosts -> HostAssignment.of(experiment, hosts)).orElse(experiment);
    }

    private void complete(StoredRun run) {
        backend.complete(run);
        grids = grids.or(run::grids);
        units = units.or(run::units);
    }

    /** Opens a session for the experiment's units. */
    public SparkSession session(Experiment experiment, Optional<String> master) {
        return session(experiment, master, new FaultOptions());
    }

    /** Opens a session for the experiment's units in a run with these fault options. */
    public SparkSession session(Experiment experiment, Optional<String> master, FaultOptions faults) {
        return backend.onCards()
                ? SparkSessions.openForCards(
                        experiment.name(),
                        master,
                        unitsPerExecutor(experiment),
                        unitsInAll(experiment),
                        backend.cards(experiment).quarantineAfter(faults.quarantineAfter()),
                        units.isPresent() ? List.of() : CardPlacement.ofKernels(experiment.kernels(), List.of()))
                : SparkSessions.open(experiment.name(), master);
    }

    private Optional<Integer> unitsInAll(Experiment experiment) {
        int ofKernels =
                experiment.kernels().stream().mapToInt(KernelSpec::instances).sum();
        return units.or(() -> ofKernels == 0 ? Optional.empty() : Optional.of(ofKernels));
    }

    /** Returns the units that every used host can give; without a cluster file, the units of the largest kernel. */
    private int unitsPerExecutor(Experiment experiment) {
        Stream<KernelSpec> kernels = experiment.kernels().stream();
        if (cluster.isEmpty()) {
            return kernels.mapToInt(KernelSpec::instances).max().orElse(1);
        }
        Set<String> used = kernels.map(KernelSpec::host).collect(Collectors.toSet());
        return cluster.get().hosts().stream()
                .filter(host -> used.isEmpty() || used.contains(host.name()))
                .mapToInt(ClusterConfig.Host::units)
                .min()
                .orElse(1);
    }

    /** Plans a new run of the experiment with the default policy. */
    public RunPlan plan(SparkSession spark, Experiment experiment, String results) {
        return plan(spark, experiment, results, new FaultOptions(), Optional.empty());
    }

    /** Plans the experiment's run. */
    public RunPlan plan(
            SparkSession spark,
            Experiment experiment,
            String results,
            FaultOptions faults,
            Optional<StoredRun> resumed) {
        SparkContext context = spark.sparkContext();
        boolean onThisHost = context.isLocal() && cluster.isEmpty();
        GridFile data = DataSets.open(spark, experiment);
        long inAll = grids.orElse(Math.multiplyExact(data.grids(), (long) experiment.replicate()));
        int share = unitsInAll(experiment).orElse(context.defaultParallelism());
        long gridsPerUnit = (long) Math.ceil((double) inAll * experiment.redundant() / share);
        long memory = OperatorMemory.of(context);
        Backend chosen = backend.choose(experiment, onThisHost, gridsPerUnit, memory, err());
        RunOptions.Builder run = RunOptions.on(chosen.quarantineAfter(faults.quarantineAfter()))
                .results(results)
                .partitionsPerUnit(partitionsPerUnit)
                .strictHosts(strictHosts)
                .onThisHost(onThisHost)
                .policy(faults.policy(() -> BackendOption.fallback(experiment, gridsPerUnit, memory)));
        grids.ifPresent(run::grids);
        units.ifPresent(run::units);
        resumed.ifPresent(run::resume);
        return RunPlan.of(spark, experiment, run.build(), data);
    }

    /** Refuses to run an experiment that was planned for a cluster in this process. */
    public void requireMaster(SparkSession spark) {
        if (cluster.isPresent() && spark.sparkContext().isLocal()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--cluster = " + clusterFile.get() + ": the master is "
                            + spark.sparkContext().master()
                            + "; give the cluster's, --master "
                            + cluster.get().master());
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
