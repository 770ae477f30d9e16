package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.TemporaryFolder;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.run.RunSummary;
import io.octospark.spark.SparkSessions;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Weak scaling. Every unit reconstructs a copy of the same models in the same number of passes, on an emulated card whose
 * calls take a fixed time: what is left to differ with the number of units is what Spark and OctoSpark add.
 */
@Command(
        name = "scaling",
        description =
                "Measures weak scaling on emulated cards whose calls take a fixed time: the same models for each unit, on more"
                        + " and more units, each size an ordinary run of 1000 measurements x 100 cells. Prints for each size"
                        + " the median over the repeats of the reconstruction's wall time, the efficiency against the smallest"
                        + " size, and the driver gap, which is the part of the run's wall time in which no unit's task ran.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchScalingCommand implements Callable<Integer> {
    private static final int MAX_UNITS = 64;
    private static final int MAX_GRIDS = 10_000;
    private static final int MAX_REPEATS = 1000;
    private static final int MAX_CALL_MILLIS = 10_000;
    private static final Duration EVENTS_LIMIT = Duration.ofSeconds(30);

    private static final String BITSTREAM = "bitstreams/1000_100_1CU/1000_100_1cu.xclbin";

    /** One run. */
    private record Measurement(double stageSeconds, double driverGapSeconds) {}

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
            description = "Grids of each unit. Default: ${DEFAULT-VALUE}.")
    private int gridsPerUnit;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs of each size, after one that only warms up. Default: ${DEFAULT-VALUE}.")
    private int repeats;

    @Option(
            names = "--call-ms",
            paramLabel = "MS",
            defaultValue = "50",
            description = "Time of a unit's call; too short a one for this host's cores measures them. Default: 50.")
    private int callMillis;

    @Mixin
    private BenchRuns runs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        sizes.forEach(size -> runs.require("--units", size, MAX_UNITS));
        runs.require("--grids-per-unit", gridsPerUnit, MAX_GRIDS);
        runs.require("--repeats", repeats, MAX_REPEATS);
        runs.require("--call-ms", callMillis, MAX_CALL_MILLIS);
        int most = Collections.max(sizes);
        Map<Integer, List<Measurement>> measurements = new TreeMap<>();
        try (TemporaryFolder folder = new TemporaryFolder("octospark-scaling")) {
            measure(experiment(folder.path(), most), most, measurements);
        }
        print(measurements);
        return ExitCode.DONE;
    }

    private void measure(Experiment experiment, int most, Map<Integer, List<Measurement>> measurements)
            throws IOException, InterruptedException {
        String millis = Integer.toString(callMillis);
        XrtBackend backend = new XrtBackend(
                true,
                experiment.accelerator(),
                Map.of(
                        "OCTOSPARK_EMU_CARDS", Integer.toString(most),
                        "OCTOSPARK_EMU_DOTPROD_MS", millis,
                        "OCTOSPARK_EMU_UPDATE_MS", millis));
        try (SparkSession spark = SparkSessions.open("bench scaling", Optional.of("local[" + most + "]"))) {
            UnitTaskTimes times = new UnitTaskTimes();
            spark.sparkContext().addSparkListener(times);
            run(spark, experiment, backend, most, times);
            // Size after size, so that what else this host does is not on one size alone.
            for (int repeat = 0; repeat < repeats; repeat++) {
                for (int size : sizes) {
                    measurements
                            .computeIfAbsent(size, key -> new ArrayList<>())
                            .add(run(spark, experiment, backend, size, times));
                }
            }
        }
    }

    /** An experiment with models for each unit. The tolerance is out of reach, so that a grid takes all its passes. */
    private Experiment experiment(Path folder, int units) throws IOException {
        ObjectNode json = BenchRuns.experiment("scaling", new DesignSize(1000, 100));
        json.withObject("/fwi").put("tolerance", 1e-100).put("max", 10);
        json.put("replicate", units).putArray("kernels").addObject().put("path_to_bitstream", BITSTREAM);
        return BenchRuns.written(folder, json, gridsPerUnit);
    }

    private Measurement run(
            SparkSession spark, Experiment experiment, XrtBackend backend, int units, UnitTaskTimes times)
            throws InterruptedException {
        RunSummary summary = runs.run(spark, experiment, backend, (long) units * gridsPerUnit, units);
        UnitTaskTimes.Times ofRun = times.of(summary.runId(), EVENTS_LIMIT);
        return new Measurement(ofRun.stageSeconds(), summary.wallSeconds() - ofRun.workingSeconds());
    }

    private void print(Map<Integer, List<Measurement>> measurements) throws IOException {
        double smallest = median(measurements.values().iterator().next(), Measurement::stageSeconds);
        List<List<Object>> rows = new ArrayList<>();
        measurements.forEach((units, ofSize) -> {
            double stage = median(ofSize, Measurement::stageSeconds);
            rows.add(List.of(
                    units,
                    units * gridsPerUnit,
                    rounded(stage),
                    rounded(ofSize.stream()
                            .mapToDouble(Measurement::stageSeconds)
                            .min()
                            .orElseThrow()),
                    rounded(ofSize.stream()
                            .mapToDouble(Measurement::stageSeconds)
                            .max()
                            .orElseThrow()),
                    rounded(smallest / stage),
                    rounded(median(ofSize, Measurement::driverGapSeconds)),
                    rounded(ofSize.stream()
                            .mapToDouble(Measurement::driverGapSeconds)
                            .max()
                            .orElseThrow())));
        });
        runs.print(
                List.of(
                        "units",
                        "grids",
                        "stage_seconds",
                        "stage_min",
                        "stage_max",
                        "efficiency",
                        "driver_gap_seconds",
                        "driver_gap_max"),
                rows);
    }

    private static double median(List<Measurement> runs, ToDoubleFunction<Measurement> of) {
        double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
