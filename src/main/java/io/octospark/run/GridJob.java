package io.octospark.run;

import io.octospark.compute.Backend;
import io.octospark.placement.UnitAssignment;
import java.util.List;

/**
 * One Spark job: a part of a repeat's grids, with a task for each partition.
 *
 * @param isolated whether each partition is a grid that units have failed with: it fails itself if one fails again
 */
record GridJob(int repeat, List<UnitAssignment> partitions, Backend backend, boolean isolated) {
    /** Grids of all partitions. */
    long grids() {
        return partitions.stream().mapToLong(UnitAssignment::grids).sum();
    }
}
