package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.data.NpyWriter;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The experiments that benchmarks measure: smooth models in the notebook's reservoir, with its lines of sources and
 * receivers.
 */
final class BenchExperiments {
    static final double VELOCITY = 2000;

    private BenchExperiments() {}

    /**
     * The size of an experiment.
     *
     * @param nx cells of a grid along x
     * @param nz cells of a grid along z
     * @param frequencies number of frequencies
     * @param sources number of sources
     * @param receivers number of receivers
     */
    record Size(int nx, int nz, int frequencies, int sources, int receivers) {
        /** Returns the size of an experiment whose matrix has the rows and columns of a design. */
        static Size of(DesignSize design) {
            // The notebook uses 20 sources and 20 receivers for 8000 rows; smaller matrices get fewer.
            int side = design.rows() % 400 == 0 && design.rows() >= 8000 ? 20 : 10;
            return new Size(design.cols() / 10, 10, design.rows() / (side * side), side, side);
        }
    }

    /** Returns an experiment without data. */
    static ObjectNode json(String name, Size size) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("name", name);
        ObjectNode fwi = root.putObject("fwi").put("c_0", VELOCITY);
        fwi.putObject("Freq").put("min", 10.0).put("max", 40.0).put("nTotal", size.frequencies());
        point(fwi, "reservoirTopLeft", -300, 0);
        point(fwi, "reservoirBottomRight", 300, 300);
        for (String line : List.of("sources", "receivers")) {
            point(fwi, line + "TopLeft", -480, -5);
            point(fwi, line + "BottomRight", 480, -5);
        }
        fwi.put("nSources", size.sources()).put("nReceivers", size.receivers());
        fwi.putObject("ngrid").put("x", size.nx()).put("z", size.nz());
        return root;
    }

    private static void point(ObjectNode fwi, String name, double x, double z) {
        fwi.putObject(name).put("x", x).put("z", z);
    }

    /** Returns the models for the grid of an experiment. */
    static ModelGenerator models(Experiment experiment) {
        return new ModelGenerator(
                ModelKind.SMOOTH,
                experiment.problem().grid(),
                experiment.problem().survey().backgroundVelocity(),
                ModelGenerator.DEFAULT_AMPLITUDE,
                1);
    }

    /** Writes an experiment into a folder and reads it. */
    static Experiment written(Path folder, ObjectNode json) throws IOException {
        return ExperimentReader.read(
                Files.writeString(folder.resolve("experiment.json"), json.toString()), Optional.empty());
    }

    /** Reads an experiment after writing it and its models into a folder. Models that already exist are kept. */
    static Experiment writtenWithModels(Path folder, ObjectNode json, int grids) throws IOException {
        Path data = folder.resolve(json.get("name").textValue() + ".npy");
        Experiment experiment = written(folder, json.put("data", data.toString()));
        if (!Files.exists(data)) {
            ModelGenerator models = models(experiment);
            try (NpyWriter writer = new NpyWriter(
                    new org.apache.hadoop.fs.Path(data.toUri()),
                    experiment.problem().grid(),
                    grids,
                    new Configuration())) {
                for (int grid = 0; grid < grids; grid++) {
                    writer.write(models.contrast(grid));
                }
            }
        }
        return experiment;
    }
}
