package io.octospark.cli.bench;

import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.TemporaryFolder;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that measures weak scaling, see {@link ScalingBench}. */
@Command(
        name = "scaling",
        description =
                "Measures weak scaling on emulated cards whose calls take a fixed time. Every unit gets the same models; the"
                        + " number of units grows. Each size is a normal run with 1000 measurements x 100 cells. Prints for each size"
                        + " the median wall time of the reconstruction over the repeats, the efficiency relative to the smallest"
                        + " size, and the driver gap: the part of the run's wall time in which no unit's task ran. Times are in"
                        + " seconds.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchScalingCommand implements Callable<Integer> {
    private static final int MAX_UNITS = 64;
    private static final int MAX_GRIDS = 10_000;
    private static final int MAX_REPEATS = 1000;
    private static final int MAX_CALL_MILLIS = 10_000;

    @Option(
            names = "--units",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "1,2,4,8,16",
            description = "Numbers of units. Default: ${DEFAULT-VALUE}.")
    private List<Integer> sizes;

    @Option(
            names = "--grids-per-unit",
            paramLabel = "N",
            defaultValue = "30",
            description = "Number of grids per unit. Default: ${DEFAULT-VALUE}.")
    private int gridsPerUnit;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of runs of each size, after a warm-up run. Default: ${DEFAULT-VALUE}.")
    private int repeats;

    @Option(
            names = "--call-ms",
            paramLabel = "MS",
            defaultValue = "50",
            description =
                    "Time of a unit's call in milliseconds. If it is too short for this host's cores, the benchmark"
                            + " measures the cores instead. Default: ${DEFAULT-VALUE}.")
    private int callMillis;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        sizes.forEach(size -> options.require("--units", size, MAX_UNITS));
        options.require("--grids-per-unit", gridsPerUnit, MAX_GRIDS);
        options.require("--repeats", repeats, MAX_REPEATS);
        options.require("--call-ms", callMillis, MAX_CALL_MILLIS);
        int most = Collections.max(sizes);
        ScalingTable table;
        try (TemporaryFolder folder = new TemporaryFolder("octospark-scaling");
                SparkSession spark = SparkSessions.open("bench scaling", Optional.of("local[" + most + "]"))) {
            table = new ScalingBench(options.runner(spark), folder.path(), most, gridsPerUnit, callMillis)
                    .measure(sizes, repeats);
        }
        options.print(ScalingTable.COLUMNS, table.rows(gridsPerUnit));
        return ExitCode.DONE;
    }
}
