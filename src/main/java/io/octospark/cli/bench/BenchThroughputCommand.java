package io.octospark.cli.bench;

import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.OperatorName;
import io.octospark.cli.options.TemporaryFolder;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataKind;
import io.octospark.model.Precision;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that measures grids per second on CPU cores, see {@link ThroughputBench}. */
@Command(
        name = "throughput",
        description =
                "Measures runs on CPU cores from end to end. Makes a Parquet data set of smooth models first; each run reads"
                        + " it and writes all tables. Prints for each number of grids and cores, after a warm-up run, the run's"
                        + " wall time in seconds, the grids per second, and the peak heap in MiB.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchThroughputCommand implements Callable<Integer> {
    private static final long MAX_GRIDS = 1_000_000_000;
    private static final int MAX_CORES = 1024;

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            defaultValue = "conf/notebook.json",
            description = "Experiment that gives grid, survey and inversion. Default: ${DEFAULT-VALUE}.")
    private Path file;

    @Option(
            names = "--grids",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "10,1000,100000,1000000",
            description = "Numbers of grids. Default: ${DEFAULT-VALUE}.")
    private List<Long> sizes;

    @Option(
            names = "--cores",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "1,2",
            description = "Numbers of cores. Default: ${DEFAULT-VALUE}.")
    private List<Integer> cores;

    @Option(
            names = "--operator",
            paramLabel = "FORM",
            defaultValue = "gram",
            converter = OperatorName.Converter.class,
            description = "Form of the operator: dense, gram, factored or reduced. Default: ${DEFAULT-VALUE}.")
    private OperatorName operator;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException {
        sizes.forEach(size -> options.require("--grids", size, MAX_GRIDS));
        cores.forEach(number -> options.require("--cores", number, MAX_CORES));
        List<List<Object>> rows = new ArrayList<>();
        try (TemporaryFolder folder = new TemporaryFolder("octospark-throughput")) {
            String data = folder.path().resolve("models.parquet").toString();
            Experiment experiment =
                    ExperimentReader.read(file, Optional.of(data)).with(List.of());
            check(experiment);
            operator.renamed().ifPresent(options::tell);
            ThroughputBench bench = new ThroughputBench(experiment, operator.form(), Collections.max(sizes));
            for (int number : cores) {
                try (SparkSession spark =
                        SparkSessions.open("bench throughput", Optional.of("local[" + number + "]"))) {
                    rows.addAll(bench.rows(options.runner(spark), number, sizes));
                }
            }
        }
        options.print(ThroughputBench.COLUMNS, rows);
        return ExitCode.DONE;
    }

    /** Checks experiment and operator before any data are made. */
    private void check(Experiment experiment) {
        if (experiment.dataKind() != DataKind.CONTRAST) {
            throw new InvalidInputException(
                    ErrorCode.DATA_KIND,
                    file + ": data_kind = " + experiment.dataKind()
                            + ": must be contrast, which is what is made for this measurement",
                    "name another experiment");
        }
        String obstacle = operator.form().obstacle(Precision.FLOAT64, experiment.problem());
        if (obstacle != null) {
            throw new InvalidInputException(
                    ErrorCode.OPERATOR_UNFIT,
                    "--operator = " + operator.form() + ": " + obstacle,
                    "use another form, or another experiment");
        }
    }
}
