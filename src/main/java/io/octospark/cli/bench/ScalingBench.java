package io.octospark.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.run.RunSummary;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The measurement of weak scaling. Every unit reconstructs a copy of the same models in the same number of passes, on
 * an emulated card whose calls take a fixed time. The runs differ only in the overhead of Spark and OctoSpark for more
 * units.
 */
final class ScalingBench {
    private static final Duration EVENTS_LIMIT = Duration.ofSeconds(30);
    private static final String BITSTREAM = "bitstreams/1000_100_1CU/1000_100_1cu.xclbin";

    private final BenchRunner runner;
    private final Experiment experiment;
    private final XrtBackend backend;
    private final int gridsPerUnit;
    private final UnitTaskTimes times = new UnitTaskTimes();

    /**
     * Makes a benchmark.
     *
     * @param folder folder for the experiment and its models
     * @param most units of the largest run
     * @param callMillis time of a unit's call, in milliseconds
     */
    ScalingBench(BenchRunner runner, Path folder, int most, int gridsPerUnit, int callMillis) throws IOException {
        this.runner = runner;
        this.gridsPerUnit = gridsPerUnit;
        ObjectNode json = BenchExperiments.json("scaling", BenchExperiments.Size.of(new DesignSize(1000, 100)));
        // No grid reaches this tolerance, so every grid takes all passes.
        json.withObject("/fwi").put("tolerance", 1e-100).put("max", 10);
        json.put("precision", "float32").put("replicate", most);
        json.putArray("kernels").addObject().put("path_to_bitstream", BITSTREAM);
        experiment = BenchExperiments.writtenWithModels(folder, json, gridsPerUnit);
        String millis = Integer.toString(callMillis);
        backend = new XrtBackend(
                true,
                experiment.accelerator(),
                Map.of(
                        "OCTOSPARK_EMU_CARDS", Integer.toString(most),
                        "OCTOSPARK_EMU_DOTPROD_MS", millis,
                        "OCTOSPARK_EMU_UPDATE_MS", millis));
        runner.spark().sparkContext().addSparkListener(times);
    }

    /** Runs every size {@code repeats} times, after a warm-up run. */
    ScalingTable measure(List<Integer> sizes, int repeats) throws InterruptedException {
        run(Collections.max(sizes), new ScalingTable());
        ScalingTable table = new ScalingTable();
        // Sizes alternate, so that other work on this host does not affect one size alone.
        for (int repeat = 0; repeat < repeats; repeat++) {
            for (int size : sizes) {
                run(size, table);
            }
        }
        return table;
    }

    private void run(int units, ScalingTable table) throws InterruptedException {
        RunSummary summary = runner.run(experiment, backend, (long) units * gridsPerUnit, units);
        UnitTaskTimes.Times ofRun = times.of(summary.runId(), EVENTS_LIMIT);
        table.add(units, ofRun.stageSeconds(), summary.wallSeconds() - ofRun.workingSeconds());
    }
}
