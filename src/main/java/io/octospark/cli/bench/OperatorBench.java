package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.Phase;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorChoice;
import io.octospark.compute.operator.OperatorCost;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.data.ModelGenerator;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.run.RunSummary;
import io.octospark.spark.OperatorMemory;
import io.octospark.spark.ParquetGrids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.functions;

/**
 * The measurement of the operator's forms. Each form is the fastest in one case; the rows also show the expected times.
 */
final class OperatorBench {
    /** Columns of the rows that {@link #rows} returns. */
    static final List<String> COLUMNS =
            List.of("case", "grids", "operator", "expected_seconds", "measured_seconds", "choice");

    private record Case(String name, BenchExperiments.Size size, double tolerance, int maxPasses, long grids) {}

    private static final BenchExperiments.Size NOTEBOOK = new BenchExperiments.Size(10, 10, 20, 20, 20);

    private static final List<Case> CASES = List.of(
            new Case("many grids", NOTEBOOK, 1e-6, 1000, 200),
            new Case("small tolerance", NOTEBOOK, 1e-12, 1000, 100),
            new Case("one larger grid", new BenchExperiments.Size(48, 48, 10, 20, 20), 1e-6, 20, 1),
            new Case("one source", new BenchExperiments.Size(64, 64, 2, 1, 20), 1e-6, 50, 10));

    /** Case that warms up: after this many grids, the loops over many grids are fully compiled. */
    private static final Case WARM_UP = new Case("warm up", NOTEBOOK, 1e-6, 1000, 20_000);

    private static final List<OperatorForm> FORMS =
            List.of(OperatorForm.GRAM, OperatorForm.REDUCED, OperatorForm.FACTORED, OperatorForm.DENSE);

    /** The phases that make the operator and invert. */
    private static final List<String> MEASURED = Stream.of(Phase.ALLOC, Phase.DOTPROD, Phase.UPDATE, Phase.HOST_MATH)
            .map(Phase::key)
            .toList();

    private static final int RUNS = 3;

    private final BenchRunner runner;
    private final Path folder;
    private int runsSoFar;

    /**
     * Makes a benchmark.
     *
     * @param folder folder for experiments and models
     */
    OperatorBench(BenchRunner runner, Path folder) {
        this.runner = runner;
        this.folder = folder;
    }

    /** Measures all cases, after a warm-up run. */
    List<List<Object>> rows() throws IOException {
        seconds(WARM_UP, OperatorForm.GRAM);
        List<List<Object>> rows = new ArrayList<>();
        for (Case one : CASES) {
            rows.addAll(rows(one));
        }
        return rows;
    }

    private List<List<Object>> rows(Case one) throws IOException {
        InversionProblem problem = experiment(one).problem();
        OperatorForm choice = OperatorChoice.forCores(
                        Precision.FLOAT64,
                        List.of(problem),
                        false,
                        one.grids(),
                        OperatorMemory.of(runner.spark().sparkContext()))
                .form();
        List<List<Object>> rows = new ArrayList<>();
        for (OperatorForm form : FORMS) {
            if (form.obstacle(Precision.FLOAT64, problem) != null) {
                continue;
            }
            double least = Double.POSITIVE_INFINITY;
            seconds(one, form);
            for (int run = 0; run < RUNS; run++) {
                least = Math.min(least, seconds(one, form));
            }
            double expected = OperatorCost.of(form, problem, false).seconds((double) one.grids());
            rows.add(List.of(one.name(), one.grids(), form, rounded(expected), rounded(least), form == choice));
        }
        return rows;
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1e4) / 1e4;
    }

    /** Runs a case and returns the time, in seconds, for making the operator and inverting the grids. */
    private double seconds(Case one, OperatorForm form) throws IOException {
        Experiment experiment = experiment(one);
        if (!Files.exists(Path.of(experiment.data()))) {
            ModelGenerator models = BenchExperiments.models(experiment);
            ParquetGrids.write(runner.spark(), experiment.data(), DataKind.CONTRAST, one.grids(), models::contrast);
        }
        RunSummary summary = runner.run(experiment, new CpuBackend(Precision.FLOAT64, form), one.grids(), 1);
        return new ResultStore(runner.spark(), summary.results())
                        .rows(ResultTable.TIMINGS, summary.runId())
                        .where(functions.col("phase").isin(MEASURED.toArray()))
                        .agg(functions.sum("total_ns"))
                        .first()
                        .getLong(0)
                / 1e9;
    }

    private Experiment experiment(Case one) throws IOException {
        ObjectNode json = BenchExperiments.json("bench operators: " + one.name(), one.size());
        json.withObject("/fwi")
                // Every run has a slightly different velocity, so that no run finds the cached operator of another.
                .put("c_0", BenchExperiments.VELOCITY + 1e-6 * runsSoFar++)
                .put("tolerance", one.tolerance())
                .put("max", one.maxPasses());
        return BenchExperiments.written(folder, json.put("data", one.name().replace(' ', '-') + ".parquet"));
    }
}
