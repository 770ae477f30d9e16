package io.octospark.run;

import io.octospark.compute.Backend;
import io.octospark.config.Experiment;
import io.octospark.data.GridFile;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.placement.RunPlacement;
import io.octospark.placement.UnitAssignment;
import io.octospark.reconstruct.StartModel;
import io.octospark.spark.DataSets;
import io.octospark.spark.OperatorMemory;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What would run where. Making a plan opens and checks the data set, but hashes nothing, opens no results folder and writes
 * nothing.
 *
 * @param data the experiment's data set
 * @param startModel the model that non-linear inversions start from
 * @param assignments which unit is to have which grids, one for each partition
 */
public record RunPlan(
        Experiment experiment,
        RunOptions options,
        GridFile data,
        StartModel startModel,
        List<UnitAssignment> assignments) {

    public RunPlan {
        assignments = List.copyOf(assignments);
    }

    /**
     * Plans a run.
     *
     * @throws InvalidInputException if the data set, the units or the memory do not fit the experiment
     */
    public static RunPlan of(SparkSession spark, Experiment experiment, RunOptions options) {
        checkMemory(spark.sparkContext(), experiment, options);
        return of(spark, experiment, options, DataSets.open(spark, experiment));
    }

    /**
     * Plans a run with a data set that is open.
     *
     * @param data the experiment's data set
     * @throws InvalidInputException if the units or the memory do not fit the experiment
     */
    public static RunPlan of(SparkSession spark, Experiment experiment, RunOptions options, GridFile data) {
        checkMemory(spark.sparkContext(), experiment, options);
        StartModel startModel = DataSets.openStart(spark, experiment);
        return new RunPlan(
                experiment, options, data, startModel, place(spark.sparkContext(), experiment, options, data));
    }

    private static void checkMemory(SparkContext context, Experiment experiment, RunOptions options) {
        OperatorMemory.check(context, experiment, options.backend());
        options.policy().fallback().ifPresent(cores -> OperatorMemory.check(context, experiment, cores));
    }

    private static List<UnitAssignment> place(
            SparkContext context, Experiment experiment, RunOptions options, GridFile data) {
        long available = Math.multiplyExact(data.grids(), (long) experiment.replicate());
        long grids = options.grids().orElse(available);
        if (grids > available) {
            throw new InvalidInputException(
                    ErrorCode.TOO_FEW_GRIDS,
                    "--grids = %d: the data set has %d grids (%d x replicate %d)"
                            .formatted(grids, available, data.grids(), experiment.replicate()),
                    "ask for fewer or raise replicate in the experiment");
        }
        return RunPlacement.place(
                experiment,
                options.backend(),
                new RunPlacement.Demand(
                        grids, options.grids().isPresent(), options.units(), options.partitionsPerUnit()),
                new RunPlacement.Hosts(context.defaultParallelism(), options.onThisHost()));
    }

    /** What the units are. */
    public Backend backend() {
        return options.backend();
    }

    /** Grids of one repeat. */
    public long gridsPerRepeat() {
        return assignments.stream().mapToLong(UnitAssignment::grids).sum();
    }
}
