package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.options.CardBackendOption;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.TemporaryFolder;
import io.octospark.compute.xrt.DesignCatalogue;
import io.octospark.compute.xrt.DesignCatalogue.Design;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultView;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The notebook's measurement: bitstream designs by units, nodes and repeats, every combination an ordinary run. */
@Command(
        name = "designs",
        description =
                "Runs designs of the catalogue conf/designs.json on numbers of units and nodes, each with the same models for"
                        + " every unit and a matrix of the design's size, on emulated cards or on those of this host. Every"
                        + " run writes the ordinary tables, as experiment 'designs NAME'; at the end their rows of v_scaling"
                        + " are printed. Nodes are emulated too: sets of cards of one process, without a network between.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchDesignsCommand implements Callable<Integer> {
    private static final int MAX_UNITS = 64;
    private static final int MAX_GRIDS = 10_000;
    private static final int MAX_REPEATS = 1000;

    /** One size of a matrix of runs. */
    private record Size(int nodes, int unitsPerNode) {
        int units() {
            return nodes * unitsPerNode;
        }

        /** Each node has cards of its own. */
        int cards(Design design) {
            return nodes * ((unitsPerNode + design.units() - 1) / design.units());
        }
    }

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
            description = "Numbers of units of each node, on as many cards as it takes. Default: ${DEFAULT-VALUE}.")
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
            description = "Runs of each combination. Default: ${DEFAULT-VALUE}.")
    private int repeats;

    @Option(
            names = "--grids-per-unit",
            paramLabel = "N",
            defaultValue = "1",
            description = "Grids of each unit. Default: ${DEFAULT-VALUE}.")
    private int gridsPerUnit;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = XrtBackend.EMULATED_KEY,
            converter = CardBackendOption.KeyConverter.class,
            description = "Emulated cards (xrt-emulated) or those of this host (xrt). Default: ${DEFAULT-VALUE}.")
    private String backend;

    @Mixin
    private BenchRuns runs;

    @Override
    public Integer call() throws IOException {
        List<Size> sizes = sizes();
        List<Design> designs = designs();
        int most = sizes.stream().mapToInt(Size::units).max().orElseThrow();
        try (TemporaryFolder folder = new TemporaryFolder("octospark-designs");
                SparkSession spark = SparkSessions.open("bench designs", Optional.of("local[" + most + "]"))) {
            // The process has one set of cards.
            int mostCards = designs.stream()
                    .flatMap(design -> sizes.stream().map(size -> size.cards(design)))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            for (Design design : designs) {
                run(spark, folder.path(), design, sizes, mostCards);
            }
            ResultStore store = new ResultStore(spark, runs.results());
            store.createViews().forEach(runs::tell);
            runs.print(spark.table(ResultView.V_SCALING.viewName())
                    .where(functions
                            .col("experiment")
                            .isin(designs.stream()
                                    .map(BenchDesignsCommand::experimentName)
                                    .toArray()))
                    .orderBy("experiment", "backend", "compute_units"));
        }
        return ExitCode.DONE;
    }

    /** All combinations; those of one number of units are in one row of the table. */
    private List<Size> sizes() {
        units.forEach(number -> runs.require("--units", number, MAX_UNITS));
        nodes.forEach(number -> runs.require("--nodes", number, MAX_UNITS));
        runs.require("--units times --nodes", (long) Collections.max(units) * Collections.max(nodes), MAX_UNITS);
        runs.require("--repeats", repeats, MAX_REPEATS);
        runs.require("--grids-per-unit", gridsPerUnit, MAX_GRIDS);
        int mostNodes = Collections.max(nodes);
        if (mostNodes > 1 && !emulated()) {
            throw new InvalidInputException(
                    ErrorCode.OPTIONS_CONFLICT,
                    "--nodes = " + mostNodes + ": only emulated cards can stand for those of other nodes",
                    "on a cluster give octospark run an" + " experiment with a kernel for each host");
        }
        if (mostNodes > 1) {
            runs.tell("nodes: emulated by sets of cards of this process, without a network between them");
        }
        List<Size> sizes = new ArrayList<>();
        nodes.forEach(node -> units.forEach(unit -> sizes.add(new Size(node, unit))));
        return sizes;
    }

    private boolean emulated() {
        return backend.equals(XrtBackend.EMULATED_KEY);
    }

    private List<Design> designs() {
        List<Design> all = DesignCatalogue.bundled().designs();
        if (names.isEmpty()) {
            return all;
        }
        List<String> known = all.stream().map(Design::name).toList();
        List<String> unknown =
                names.stream().filter(name -> !known.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    ErrorCode.NO_SUCH_DESIGN,
                    "--designs = %s: not in the catalogue, which has %s"
                            .formatted(String.join(",", unknown), String.join(", ", known)),
                    "correct the name");
        }
        return all.stream().filter(design -> names.contains(design.name())).toList();
    }

    private void run(SparkSession spark, Path folder, Design design, List<Size> sizes, int mostCards)
            throws IOException {
        for (int repeat = 0; repeat < repeats; repeat++) {
            for (Size size : sizes) {
                Experiment experiment = experiment(folder, design, size);
                XrtBackend onCards = emulated()
                        ? new XrtBackend(
                                true,
                                experiment.accelerator(),
                                Map.of("OCTOSPARK_EMU_CARDS", Integer.toString(mostCards)))
                        : XrtBackend.ofHost(experiment.accelerator());
                runs.run(spark, experiment, onCards, (long) size.units() * gridsPerUnit, size.units());
            }
        }
    }

    private Experiment experiment(Path folder, Design design, Size size) throws IOException {
        ObjectNode json = BenchRuns.experiment(experimentName(design), design.size());
        json.put("replicate", size.units());
        json.putArray("kernels")
                .addObject()
                .put("path_to_bitstream", design.xclbin().toAbsolutePath().toString())
                .put("no_instances", Math.min(size.unitsPerNode(), design.units()));
        return BenchRuns.written(folder, json, gridsPerUnit);
    }

    private static String experimentName(Design design) {
        return "designs " + design.name();
    }
}
