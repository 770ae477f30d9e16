package io.octospark.spark;

import io.octospark.compute.UnitAddress;
import io.octospark.model.DataKind;
import io.octospark.reconstruct.StartModel;
import io.octospark.reconstruct.TaskLimits;
import io.octospark.results.StopRequest;
import java.io.Serializable;
import java.util.List;

/**
 * What is the same for all tasks of a run.
 *
 * @param dataKind what the numbers of the grids are
 * @param startModel the model that non-linear inversions start from
 * @param limits how far a task goes
 * @param units all units of cards that the run has: any of them may take the place of one that has failed
 * @param strictHosts whether a kernel may run on no other host than the one it names
 * @param stop asks the tasks to take no further grid
 */
public record TaskSettings(
        DataKind dataKind,
        StartModel startModel,
        TaskLimits limits,
        List<UnitAddress> units,
        boolean strictHosts,
        StopRequest stop)
        implements Serializable {
    public TaskSettings {
        units = List.copyOf(units);
    }
}
