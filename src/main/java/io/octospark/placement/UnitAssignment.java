package io.octospark.placement;

import io.octospark.compute.UnitAddress;
import io.octospark.model.GridRanges;
import io.octospark.model.InversionProblem;
import java.io.Serializable;
import java.util.Objects;

/**
 * Grids of one compute unit that make one Spark partition: all that the unit has, or a part of them.
 *
 * @param partition number of the partition, from 0
 * @param id number of the unit in the run, from 1
 * @param cu instance of the unit within its bitstream, from 1
 * @param problem the inversion that the unit runs
 * @param ranges its grids, counted over all copies of the data set
 * @param address where the unit is found on a card, or null where one is as good as another
 */
public record UnitAssignment(
        int partition, int id, int cu, InversionProblem problem, GridRanges ranges, UnitAddress address)
        implements Serializable {
    /** How many grids. */
    public long grids() {
        return ranges.count();
    }

    /** The first of its grids, null if it has none. */
    public Long firstGrid() {
        return ranges.isEmpty() ? null : ranges.ranges().get(0).first();
    }

    /** Other grids on this unit, as a partition of their own. */
    public UnitAssignment with(int number, GridRanges others) {
        return new UnitAssignment(number, id, cu, problem, others, address);
    }

    /** Whether the other unit is as good for these grids as this one. */
    public boolean isLike(UnitAssignment other) {
        return problem.equals(other.problem) && Objects.equals(bitstream(), other.bitstream());
    }

    private String bitstream() {
        return address == null ? null : address.bitstream();
    }

    /** The same grids, on whichever host has a unit for them. */
    public UnitAssignment onAnyHost() {
        return new UnitAssignment(partition, id, cu, problem, ranges, address.onHost(null));
    }

    /** The same grids, on a compute unit of a card; {@code cu} becomes its number there. */
    UnitAssignment on(UnitAddress unit) {
        return new UnitAssignment(partition, id, unit.cu(), problem, ranges, unit);
    }
}
