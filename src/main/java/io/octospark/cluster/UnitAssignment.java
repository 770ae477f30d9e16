package io.octospark.cluster;

import io.octospark.model.experiment.InversionProblem;
import java.io.Serializable;

/**
 * The grids of one compute unit, one Spark partition.
 *
 * @param partition number of the partition, from 0
 * @param id number of the unit in the run, from 1
 * @param cu instance of the unit within its bitstream, from 1
 * @param problem the inversion that the unit runs
 * @param firstGrid first of its grids, counted over all copies of the data set
 * @param grids number of its grids
 */
public record UnitAssignment(int partition, int id, int cu, InversionProblem problem, long firstGrid, long grids)
        implements Serializable {}
