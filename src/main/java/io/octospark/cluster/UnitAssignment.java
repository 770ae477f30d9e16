package io.octospark.cluster;

import io.octospark.compute.UnitAddress;
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
 * @param address where the unit is found on a card, or null where one is as good as another
 */
public record UnitAssignment(
        int partition, int id, int cu, InversionProblem problem, long firstGrid, long grids, UnitAddress address)
        implements Serializable {
    /** The same grids, on a compute unit of a card; {@code cu} becomes its number there. */
    UnitAssignment on(UnitAddress unit) {
        return new UnitAssignment(partition, id, unit.cu(), problem, firstGrid, grids, unit);
    }
}
