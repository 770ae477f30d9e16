package io.octospark.cli.bench;

import io.octospark.cli.options.CardBackendOption;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.TemporaryFolder;
import io.octospark.compute.xrt.DesignCatalogue.Design;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultView;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command for the notebook's measurement, see {@link DesignBench}. */
@Command(
        name = "designs",
        description =
                "Runs designs of the catalogue conf/designs.json on several numbers of units and nodes, on emulated cards or"
                        + " on the cards of this host. Every unit gets the same models, and the matrix has the size of the design."
                        + " Every run writes the usual tables as experiment 'designs NAME'. Prints the rows of these experiments from"
                        + " v_scaling. Nodes are emulated too: each is a set of cards in one process, without a network.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchDesignsCommand implements Callable<Integer> {
    private static final int MAX_UNITS = 64;
    private static final int MAX_GRIDS = 10_000;
    private static final int MAX_REPEATS = 1000;

    @Option(
            names = "--designs",
            paramLabel = "NAME,...",
            split = ",",
            description = "Designs of the catalogue. Default: all.")
    private List<String> names = List.of();

    @Option(
            names = "--units",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "1,2",
            description = "Numbers of units per node, on as many cards as they need. Default: ${DEFAULT-VALUE}.")
    private List<Integer> units;

    @Option(
            names = "--nodes",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "1",
            description = "Numbers of nodes. Default: ${DEFAULT-VALUE}.")
    private List<Integer> nodes;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of runs of each combination. Default: ${DEFAULT-VALUE}.")
    private int repeats;

    @Option(
            names = "--grids-per-unit",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of grids per unit. Default: ${DEFAULT-VALUE}.")
    private int gridsPerUnit;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = XrtBackend.EMULATED_KEY,
            converter = CardBackendOption.KeyConverter.class,
            description = "Emulated cards (xrt-emulated) or the cards of this host (xrt). Default: ${DEFAULT-VALUE}.")
    private String backend;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException {
        units.forEach(number -> options.require("--units", number, MAX_UNITS));
        nodes.forEach(number -> options.require("--nodes", number, MAX_UNITS));
        int mostNodes = Collections.max(nodes);
        int most = Collections.max(units) * mostNodes;
        options.require("--units times --nodes", most, MAX_UNITS);
        options.require("--repeats", repeats, MAX_REPEATS);
        options.require("--grids-per-unit", gridsPerUnit, MAX_GRIDS);
        boolean emulated = backend.equals(XrtBackend.EMULATED_KEY);
        if (mostNodes > 1) {
            requireEmulated(emulated, mostNodes);
        }
        List<Design> designs = DesignBench.designs(names);
        try (TemporaryFolder folder = new TemporaryFolder("octospark-designs");
                SparkSession spark = SparkSessions.open("bench designs", Optional.of("local[" + most + "]"))) {
            new DesignBench(options.runner(spark), folder.path(), emulated, gridsPerUnit)
                    .run(designs, DesignBench.sizes(nodes, units), repeats);
            new ResultStore(spark, options.results()).createViews().forEach(options::tell);
            options.print(spark.table(ResultView.V_SCALING.viewName())
                    .where(functions
                            .col("experiment")
                            .isin(designs.stream()
                                    .map(DesignBench::experimentName)
                                    .toArray()))
                    .orderBy("experiment", "backend", "compute_units"));
        }
        return ExitCode.DONE;
    }

    private void requireEmulated(boolean emulated, int mostNodes) {
        if (!emulated) {
            throw new InvalidInputException(
                    ErrorCode.OPTIONS_CONFLICT,
                    "--nodes = " + mostNodes + ": only emulated cards can stand for those of other nodes",
                    "on a cluster give octospark run an experiment with a kernel for each host");
        }
        options.tell("nodes: emulated by sets of cards of this process, without a network between them");
    }
}
