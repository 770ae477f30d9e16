package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.options.FormatOption;
import io.octospark.cli.options.OptionRange;
import io.octospark.cli.options.ProgressDisplay;
import io.octospark.compute.Backend;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.data.NpyWriter;
import io.octospark.error.UriPasswords;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunSummary;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The runs that a measurement consists of, and where their rows and its table go. */
final class BenchRuns {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "Folder of the result tables. Default: ${DEFAULT-VALUE}.")
    private String results;

    @Mixin
    private FormatOption format;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Refuses a value that is not from 1 to {@code most}. */
    void require(String option, long value, long most) {
        OptionRange.require(spec, option, value, most);
    }

    /** The models that are inverted, for the experiment's grid. */
    static ModelGenerator models(Experiment experiment) {
        return new ModelGenerator(
                ModelKind.SMOOTH,
                experiment.problem().grid(),
                experiment.problem().survey().backgroundVelocity(),
                ModelGenerator.DEFAULT_AMPLITUDE,
                1);
    }

    /** An experiment whose matrix has the rows and the columns of a design; the survey is over the notebook's reservoir. */
    static ObjectNode experiment(String name, DesignSize size) {
        // The notebook takes 20 sources and 20 receivers for 8000 rows; fewer rows have fewer.
        int side = size.rows() % 400 == 0 && size.rows() >= 8000 ? 20 : 10;
        ObjectNode root = MAPPER.createObjectNode().put("name", name);
        ObjectNode fwi = root.putObject("fwi").put("c_0", 2000.0);
        fwi.putObject("Freq").put("min", 10.0).put("max", 40.0).put("nTotal", size.rows() / (side * side));
        point(fwi, "reservoirTopLeft", -300, 0);
        point(fwi, "reservoirBottomRight", 300, 300);
        for (String line : List.of("sources", "receivers")) {
            point(fwi, line + "TopLeft", -480, -5);
            point(fwi, line + "BottomRight", 480, -5);
        }
        fwi.put("nSources", side).put("nReceivers", side);
        fwi.putObject("ngrid").put("x", size.cols() / 10).put("z", 10);
        return root.put("precision", "float32");
    }

    private static void point(ObjectNode fwi, String name, double x, double z) {
        fwi.putObject(name).put("x", x).put("z", z);
    }

    /** Reads an experiment that is made here, and writes its models beside it, into a folder for temporary files. */
    static Experiment written(Path folder, ObjectNode json, int grids) throws IOException {
        Path data = folder.resolve(json.get("name").textValue() + ".npy");
        Path file = Files.writeString(
                folder.resolve("experiment.json"),
                json.put("data", data.toString()).toString());
        Experiment experiment = ExperimentReader.read(file, Optional.empty());
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

    /** Folder of the result tables. */
    String results() {
        return UriPasswords.requireNone("--results", results);
    }

    /** Prints rows of a view. */
    void print(Dataset<Row> rows) throws IOException {
        format.format().print(rows, spec.commandLine().getOut());
    }

    /** Tells the user something that is no result. */
    void tell(String line) {
        spec.commandLine().getErr().println(line);
    }

    /** Runs the first grids of an experiment on units of this host; none of them may fail. */
    RunSummary run(SparkSession spark, Experiment experiment, Backend backend, long grids, int units) {
        RunOptions options = new RunOptions(backend, results(), Optional.of(grids), Optional.of(units), 1, false, true);
        RunSummary summary = new ReconstructionJob(spark, experiment, options).run(ProgressDisplay.onStandardError());
        if (summary.failed() > 0) {
            throw new IllegalStateException(
                    "run " + summary.runId() + ": " + summary.failed() + " grids failed; the table grids says why");
        }
        return summary;
    }

    /** Prints what was measured. */
    void print(List<String> columns, List<List<Object>> rows) throws IOException {
        format.format().print(columns, rows, spec.commandLine().getOut());
    }
}
