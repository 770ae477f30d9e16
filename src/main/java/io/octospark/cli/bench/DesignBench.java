package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.xrt.DesignCatalogue;
import io.octospark.compute.xrt.DesignCatalogue.Design;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The notebook's measurement: bitstream designs by units, nodes and repeats. Every combination is a normal run. */
final class DesignBench {
    /** A number of nodes, and of units per node. */
    record Size(int nodes, int unitsPerNode) {
        int units() {
            return nodes * unitsPerNode;
        }

        /** Returns the number of cards; nodes do not share cards. */
        int cards(Design design) {
            return nodes * ((unitsPerNode + design.units() - 1) / design.units());
        }
    }

    private final BenchRunner runner;
    private final Path folder;
    private final boolean emulated;
    private final int gridsPerUnit;

    /**
     * Makes a benchmark.
     *
     * @param folder folder for experiments and models
     * @param emulated true for emulated cards, false for the cards of this host
     */
    DesignBench(BenchRunner runner, Path folder, boolean emulated, int gridsPerUnit) {
        this.runner = runner;
        this.folder = folder;
        this.emulated = emulated;
        this.gridsPerUnit = gridsPerUnit;
    }

    /**
     * Returns designs of the catalogue.
     *
     * @param names names of the designs; empty for all
     * @throws InvalidInputException if a name is not in the catalogue
     */
    static List<Design> designs(List<String> names) {
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

    /** Returns all combinations. */
    static List<Size> sizes(List<Integer> nodes, List<Integer> unitsPerNode) {
        return nodes.stream()
                .flatMap(node -> unitsPerNode.stream().map(units -> new Size(node, units)))
                .toList();
    }

    /** Returns the name of a design's experiment. */
    static String experimentName(Design design) {
        return "designs " + design.name();
    }

    /** Runs every combination {@code repeats} times. */
    void run(List<Design> designs, List<Size> sizes, int repeats) throws IOException {
        // The process has one set of cards.
        int mostCards = designs.stream()
                .flatMap(design -> sizes.stream().map(size -> size.cards(design)))
                .mapToInt(Integer::intValue)
                .max()
                .orElseThrow();
        for (Design design : designs) {
            for (int repeat = 0; repeat < repeats; repeat++) {
                for (Size size : sizes) {
                    run(design, size, mostCards);
                }
            }
        }
    }

    private void run(Design design, Size size, int mostCards) throws IOException {
        Experiment experiment = experiment(design, size);
        XrtBackend backend = emulated
                ? new XrtBackend(
                        true, experiment.accelerator(), Map.of("OCTOSPARK_EMU_CARDS", Integer.toString(mostCards)))
                : XrtBackend.ofHost(experiment.accelerator());
        runner.run(experiment, backend, (long) size.units() * gridsPerUnit, size.units());
    }

    private Experiment experiment(Design design, Size size) throws IOException {
        ObjectNode json = BenchExperiments.json(experimentName(design), BenchExperiments.Size.of(design.size()));
        json.put("precision", "float32").put("replicate", size.units());
        json.putArray("kernels")
                .addObject()
                .put("path_to_bitstream", design.xclbin().toAbsolutePath().toString())
                .put("no_instances", Math.min(size.unitsPerNode(), design.units()));
        return BenchExperiments.writtenWithModels(folder, json, gridsPerUnit);
    }
}
