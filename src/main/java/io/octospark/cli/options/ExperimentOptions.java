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

/** What to run, on how many of which units. */
public final class ExperimentOptions {
    private static final int MAX_UNITS = 10_000;
    private static final int MAX_PARTITIONS_PER_UNIT = 1000;

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "Configuration of the experiment, such as conf/notebook.json. Required, but of a run that is"
                    + " resumed known.")
    private Optional<Path> file;

    @Option(names = "--data", paramLabel = "PATH", description = "Data set, in place of the experiment's.")
    private Optional<String> data;

    @Option(
            names = "--grids",
            paramLabel = "N",
            description = "Take the first N grids only and split them evenly over the units.")
    private Optional<Long> grids;

    @Option(
            names = "--units",
            paramLabel = "N",
            description = "Use N equal units in place of the experiment's kernels; on cards, units of its first kernel."
                    + " Without either there is one unit per core, or per unit of the cards found.")
    private Optional<Integer> units;

    @Option(
            names = "--partitions-per-unit",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Cut the grids of each unit into N partitions: equal units then share the work as they get on,"
                            + " and a retry repeats less. Default: ${DEFAULT-VALUE}.")
    private int partitionsPerUnit;

    @Option(
            names = "--strict-hosts",
            description =
                    "A kernel that names a host runs there or not at all. Without this it prefers that host, and its"
                            + " grids go to another when the host is gone.")
    private boolean strictHosts;

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description =
                    "Configuration of the cluster that --master is of: kernels without a host get its hosts in their"
                            + " order, and what they ask for is compared with what the hosts have.")
    private Optional<Path> clusterFile;

    @Mixin
    private BackendOption backend;

    /** Read once, by {@link #read}. */
    private Optional<ClusterConfig> cluster = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Reads and checks the experiment; says what of it has no effect.
     *
     * @param resumed the run that is to be resumed, which has what the options do not say
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

    /** Opens a session with what the experiment's units need. */
    public SparkSession session(Experiment experiment, Optional<String> master) {
        return session(experiment, master, new FaultOptions());
    }

    /** The same for a run that answers faults so. */
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

    /** As many as every host of the experiment can give; without a cluster file as many as its largest kernel has. */
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

    /** Plans the experiment's run, a new one with the default policy. */
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

    /** Refuses to run what was planned for a cluster in this process. */
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
