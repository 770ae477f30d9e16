package io.octospark.cli.bench;

import io.octospark.cli.options.ProgressDisplay;
import io.octospark.compute.Backend;
import io.octospark.config.Experiment;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunFailedException;
import io.octospark.run.RunOptions;
import io.octospark.run.RunSummary;
import org.apache.spark.sql.SparkSession;

/** Runs the experiments that a bench measures. Serves one thread. */
final class BenchRunner {
    private final SparkSession spark;
    private final String results;

    /** Whether a run has written rows, after which no failure is one of wrong input alone. */
    private boolean written;

    /** @param results folder of the result tables */
    BenchRunner(SparkSession spark, String results) {
        this.spark = spark;
        this.results = results;
    }

    /** Returns the session of the runs. */
    SparkSession spark() {
        return spark;
    }

    /**
     * Runs the first grids of an experiment on units of this host.
     *
     * @throws RunFailedException if a grid fails
     */
    RunSummary run(Experiment experiment, Backend backend, long grids, int units) {
        RunOptions options = RunOptions.on(backend)
                .results(results)
                .grids(grids)
                .units(units)
                .build();
        RunSummary summary = run(ReconstructionJob.of(spark, experiment, options));
        if (summary.failed() > 0) {
            throw new RunFailedException(new Problem(
                    ErrorCode.INTERNAL,
                    "run " + summary.runId() + ": " + summary.failed() + " grids failed",
                    "the table grids says why"));
        }
        return summary;
    }

    private RunSummary run(ReconstructionJob job) {
        try {
            RunSummary summary = job.run(ProgressDisplay.onStandardError());
            written = true;
            return summary;
        } catch (InvalidInputException e) {
            throw written ? new RunFailedException(e) : e;
        }
    }
}
