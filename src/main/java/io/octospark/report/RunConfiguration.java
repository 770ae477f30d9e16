package io.octospark.report;

import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * The configuration of a run, if this version understands it.
 *
 * @param experiment the configuration
 * @param reason why there is none; empty if there is one
 */
record RunConfiguration(Optional<Experiment> experiment, String reason) {

    /** @param json the run's {@code config_json}, may be null */
    static RunConfiguration of(String json) {
        if (json == null) {
            return new RunConfiguration(Optional.empty(), "the run's configuration is missing");
        }
        try {
            return new RunConfiguration(Optional.of(ExperimentReader.ofRun(json)), "");
        } catch (InvalidInputException e) {
            return new RunConfiguration(
                    Optional.empty(), "the run's configuration is not of this version: " + Messages.cause(e));
        }
    }

    /** Returns position and background of the grids. */
    Optional<GridFrame> frame() {
        return experiment.map(known ->
                new GridFrame(known.problem().grid(), known.problem().survey().backgroundVelocity()));
    }

    /** Returns the true models of some grids by the number of the grid. */
    Map<Long, Truth> models(SparkSession spark, Collection<Long> gridIds) {
        if (experiment.isPresent()) {
            return new TrueModels(spark.sparkContext().hadoopConfiguration(), experiment.get()).of(gridIds);
        }
        Map<Long, Truth> unknown = new HashMap<>();
        gridIds.forEach(gridId -> unknown.put(gridId, Truth.unknown(reason)));
        return unknown;
    }
}
