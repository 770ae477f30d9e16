package io.octospark.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.xrt.TestDesigns;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * An experiment that is over in a moment: few cells, few passes. Its grids differ, so that rows which were exchanged show,
 * and its design of two units has the size of its matrix.
 */
final class SmallExperiment {
    /** Grids of the data set. */
    static final int GRIDS = 40;

    /** Measurements of the survey, the rows of the design. */
    private static final int ROWS = 24;

    private static final int CELLS = 12;

    private final Path folder;
    private final Path design;
    private final Path data;

    /** The notebook's reservoir and lines of sources and receivers. */
    private final ObjectNode notebook;

    /** Makes the design and the data set. */
    SmallExperiment(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        notebook = (ObjectNode) new ObjectMapper()
                .readTree(Path.of("conf/notebook.json").toFile())
                .get("fwi");
        design = TestDesigns.create(folder, ROWS, CELLS, 2);
        SplittableRandom random = new SplittableRandom(11);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < GRIDS * CELLS; i++) {
            lines.add(Double.toString(random.nextInt(3) == 0 ? random.nextDouble(0.05, 0.2) : 0));
        }
        data = Files.write(folder.resolve("grids.txt"), lines);
    }

    /**
     * The configuration.
     *
     * @param instances units of each of the bitstream's cards, one or two; 0 for an experiment without kernels
     * @param cards kernels, one for each card
     */
    ObjectNode json(int cards, int instances, int repeats) {
        ObjectNode json = new ObjectMapper()
                .createObjectNode()
                .put("name", "small")
                .put("data", data.toString())
                .put("redundant", repeats);
        ObjectNode fwi = json.putObject("fwi").setAll(notebook.deepCopy());
        fwi.withObject("/Freq").put("nTotal", 2);
        fwi.put("nSources", 3).put("nReceivers", 4).put("max", 8);
        fwi.withObject("/ngrid").put("x", 4).put("z", 3);
        json.putObject("accelerator").put("time_limit_seconds", 0.5);
        if (instances > 0) {
            for (int card = 0; card < cards; card++) {
                json.withArray("kernels")
                        .addObject()
                        .put("path_to_bitstream", design.toString())
                        .put("no_instances", instances)
                        .put("device", Integer.toString(card));
            }
        }
        return json;
    }

    /** The same as a file. */
    Path file(int cards, int instances, int repeats) throws IOException {
        Path file = folder.resolve("small-%d-%d-%d.json".formatted(cards, instances, repeats));
        return Files.writeString(file, json(cards, instances, repeats).toString());
    }

    /** The same, read. */
    Experiment experiment(int cards, int instances, int repeats) throws IOException {
        return ExperimentReader.read(file(cards, instances, repeats), Optional.empty());
    }
}
