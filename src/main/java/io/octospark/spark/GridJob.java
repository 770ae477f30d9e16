package io.octospark.spark;

import io.octospark.compute.Backend;
import io.octospark.placement.UnitAssignment;
import java.io.Serializable;
import java.util.List;

/**
 * One Spark job: a part of a repeat's grids, with a task for each partition.
 *
 * @param repeat repeat of the run, from 0
 * @param partitions the grids of each task, and the unit that they are planned for
 * @param backend what the units are
 * @param isolated whether each partition is a grid that units have failed with: it fails itself if one fails again
 */
public record GridJob(int repeat, List<UnitAssignment> partitions, Backend backend, boolean isolated)
        implements Serializable {
    public GridJob {
        partitions = List.copyOf(partitions);
    }

    /** Grids of all partitions. */
    public long grids() {
        return partitions.stream().mapToLong(UnitAssignment::grids).sum();
    }
}
