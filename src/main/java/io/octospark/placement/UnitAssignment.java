package io.octospark.placement;

import io.octospark.compute.UnitAddress;
import io.octospark.model.GridRanges;
import io.octospark.model.InversionProblem;
import java.io.Serializable;
import java.util.Objects;

/**
 * The grids of one compute unit that make one Spark partition: all grids of the unit, or a part of them.
 *
 * @param partition number of the partition, from 0
 * @param id number of the unit in the run, from 1
 * @param cu instance of the unit within its bitstream, from 1
 * @param problem the inversion that the unit runs
 * @param ranges its grids, counted over all copies of the data set
 * @param address place of the unit on a card; null if all units are interchangeable
 */
public record UnitAssignment(
        int partition, int id, int cu, InversionProblem problem, GridRanges ranges, UnitAddress address)
        implements Serializable {
    /** Returns the number of grids. */
    public long grids() {
        return ranges.count();
    }

    /** Returns the first grid, or null if there is none. */
    public Long firstGrid() {
        return ranges.isEmpty() ? null : ranges.ranges().get(0).first();
    }

    /** Returns an assignment of other grids to this unit, as a partition of their own. */
    public UnitAssignment with(int number, GridRanges others) {
        return new UnitAssignment(number, id, cu, problem, others, address);
    }

    /** Returns whether the other unit can replace this one for these grids. */
    public boolean isLike(UnitAssignment other) {
        return problem.equals(other.problem) && Objects.equals(bitstream(), other.bitstream());
    }

    private String bitstream() {
        return address == null ? null : address.bitstream();
    }

    /** Returns the same grids for a unit on any host. */
    public UnitAssignment onAnyHost() {
        return new UnitAssignment(partition, id, cu, problem, ranges, address.onHost(null));
    }

    /** Returns the same grids for a compute unit of a card; {@code cu} becomes its number there. */
    UnitAssignment on(UnitAddress unit) {
        return new UnitAssignment(partition, id, unit.cu(), problem, ranges, unit);
    }
}
