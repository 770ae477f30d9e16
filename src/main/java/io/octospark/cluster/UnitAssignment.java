package io.octospark.cluster;

import io.octospark.compute.UnitAddress;
import io.octospark.model.experiment.InversionProblem;
import java.io.Serializable;

/**
 * Grids of one compute unit that make one Spark partition: all that the unit has, or a part of them.
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
    /** Some of the unit's grids, as a partition of their own. */
    UnitAssignment part(int number, long first, long count) {
        return new UnitAssignment(number, id, cu, problem, first, count, address);
    }

    /** The same grids, on whichever host has a unit for them. */
    public UnitAssignment onAnyHost() {
        return new UnitAssignment(partition, id, cu, problem, firstGrid, grids, address.onHost(null));
    }

    /** The same grids, on a compute unit of a card; {@code cu} becomes its number there. */
    UnitAssignment on(UnitAddress unit) {
        return new UnitAssignment(partition, id, unit.cu(), problem, firstGrid, grids, unit);
    }
}
