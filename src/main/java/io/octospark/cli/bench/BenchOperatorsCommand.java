package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.TemporaryFolder;
import io.octospark.compute.Phase;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorChoice;
import io.octospark.compute.operator.OperatorCost;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.data.ModelGenerator;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.run.RunSummary;
import io.octospark.spark.OperatorMemory;
import io.octospark.spark.ParquetGrids;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whether the choice of the operator's form by expected times is right: each form of a few cases is measured. */
@Command(
        name = "operators",
        description =
                "Measures on one cpu core what four forms of the operator take for four cases, each the best for one of"
                        + " them, beside what they are expected to take, by which the form is chosen. Prints seconds for the"
                        + " making of the operator and the inversions; the best of three runs after one that warms up.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchOperatorsCommand implements Callable<Integer> {
    /** Grids, cells and survey of the notebook's lines with other numbers. */
    private record Case(
            String name,
            int nx,
            int nz,
            int frequencies,
            int sources,
            int receivers,
            double tolerance,
            int maxPasses,
            long grids) {}

    private static final List<Case> CASES = List.of(
            new Case("many grids", 10, 10, 20, 20, 20, 1e-6, 1000, 200),
            new Case("small tolerance", 10, 10, 20, 20, 20, 1e-12, 1000, 100),
            new Case("one larger grid", 48, 48, 10, 20, 20, 1e-6, 20, 1),
            new Case("one source", 64, 64, 2, 1, 20, 1e-6, 50, 10));

    private static final List<OperatorForm> FORMS =
            List.of(OperatorForm.GRAM, OperatorForm.COMPRESSED, OperatorForm.FACTORED, OperatorForm.DENSE);

    /** The making of the operator, and the inversions. */
    private static final List<String> MEASURED = Stream.of(Phase.ALLOC, Phase.DOTPROD, Phase.UPDATE, Phase.HOST_MATH)
            .map(Phase::key)
            .toList();

    private static final int RUNS = 3;

    /** After so many grids the loops with many at once are compiled as well as they will be. */
    private static final Case WARM_UP = new Case("warm up", 10, 10, 20, 20, 20, 1e-6, 1000, 20_000);

    private static final double VELOCITY = 2000;

    @Mixin
    private BenchRuns runs;

    private Path folder;

    /** So that no run finds the operator of another. */
    private int runsSoFar;

    @Override
    public Integer call() throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        try (TemporaryFolder temporary = new TemporaryFolder("octospark-operators");
                SparkSession spark = SparkSessions.open("bench operators", Optional.of("local[1]"))) {
            folder = temporary.path();
            seconds(spark, WARM_UP, OperatorForm.GRAM);
            for (Case one : CASES) {
                rows.addAll(measured(spark, one));
            }
        }
        runs.print(List.of("case", "grids", "operator", "expected_seconds", "measured_seconds", "choice"), rows);
        return ExitCode.DONE;
    }

    private List<List<Object>> measured(SparkSession spark, Case one) throws IOException {
        InversionProblem problem = experiment(one).problem();
        OperatorForm choice = OperatorChoice.forCores(
                        Precision.FLOAT64,
                        List.of(problem),
                        false,
                        one.grids(),
                        OperatorMemory.of(spark.sparkContext()))
                .form();
        List<List<Object>> rows = new ArrayList<>();
        for (OperatorForm form : FORMS) {
            if (form.obstacle(Precision.FLOAT64, problem) != null) {
                continue;
            }
            double least = Double.POSITIVE_INFINITY;
            seconds(spark, one, form);
            for (int run = 0; run < RUNS; run++) {
                least = Math.min(least, seconds(spark, one, form));
            }
            double expected = OperatorCost.of(form, problem, false).seconds((double) one.grids());
            rows.add(List.of(one.name(), one.grids(), form, rounded(expected), rounded(least), form == choice));
        }
        return rows;
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1e4) / 1e4;
    }

    /** Runs a case; gives the seconds of the operator's making and of the inversions. */
    private double seconds(SparkSession spark, Case one, OperatorForm form) throws IOException {
        Experiment experiment = experiment(one);
        if (!Files.exists(Path.of(experiment.data()))) {
            ModelGenerator models = BenchRuns.models(experiment);
            ParquetGrids.write(spark, experiment.data(), DataKind.CONTRAST, one.grids(), models::contrast);
        }
        RunSummary summary = runs.run(spark, experiment, new CpuBackend(Precision.FLOAT64, form), one.grids(), 1);
        return new ResultStore(spark, summary.results())
                        .read(ResultTable.TIMINGS)
                        .where(functions.col(ResultTable.RUN_ID).equalTo(summary.runId()))
                        .where(functions.col("phase").isin(MEASURED.toArray()))
                        .agg(functions.sum("total_ns"))
                        .first()
                        .getLong(0)
                / 1e9;
    }

    /** The notebook's experiment with the numbers of a case; the velocity differs in the last digits from run to run. */
    private Experiment experiment(Case one) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode fwi = mapper.createObjectNode()
                .put("c_0", VELOCITY + 1e-6 * runsSoFar++)
                .put("nSources", one.sources())
                .put("nReceivers", one.receivers())
                .put("tolerance", one.tolerance())
                .put("max", one.maxPasses());
        fwi.putObject("Freq").put("min", 10).put("max", 40).put("nTotal", one.frequencies());
        fwi.putObject("ngrid").put("x", one.nx()).put("z", one.nz());
        position(fwi, "reservoirTopLeft", -300, 0);
        position(fwi, "reservoirBottomRight", 300, 300);
        for (String line : List.of("sources", "receivers")) {
            position(fwi, line + "TopLeft", -480, -5);
            position(fwi, line + "BottomRight", 480, -5);
        }
        ObjectNode root = mapper.createObjectNode().put("name", "bench operators: " + one.name());
        root.put("data", one.name().replace(' ', '-') + ".parquet").set("fwi", fwi);
        Path file = folder.resolve("experiment.json");
        mapper.writeValue(file.toFile(), root);
        return ExperimentReader.read(file, Optional.empty());
    }

    private static void position(ObjectNode fwi, String name, double x, double z) {
        fwi.putObject(name).put("x", x).put("z", z);
    }
}
