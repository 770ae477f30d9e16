package io.octospark.cli.bench;

import io.octospark.cli.options.ProgressDisplay;
import io.octospark.compute.Backend;
import io.octospark.config.Experiment;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunSummary;
import org.apache.spark.sql.SparkSession;

/**
 * Runner for the experiments that a benchmark measures.
 *
 * @param results folder of the result tables
 */
record BenchRunner(SparkSession spark, String results) {
    /**
     * Runs the first grids of an experiment on units of this host.
     *
     * @throws IllegalStateException if a grid fails
     */
    RunSummary run(Experiment experiment, Backend backend, long grids, int units) {
        RunOptions options = RunOptions.on(backend)
                .results(results)
                .grids(grids)
                .units(units)
                .build();
        RunSummary summary = ReconstructionJob.of(spark, experiment, options).run(ProgressDisplay.onStandardError());
        if (summary.failed() > 0) {
            throw new IllegalStateException(
                    "run " + summary.runId() + ": " + summary.failed() + " grids failed; the table grids says why");
        }
        return summary;
    }
}
