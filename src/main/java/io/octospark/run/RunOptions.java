package io.octospark.run;

import io.octospark.compute.Backend;
import io.octospark.results.StoredRun;
import java.util.Optional;

/**
 * How an experiment is to be run.
 *
 * @param backend what the compute units are
 * @param results results folder
 * @param grids take only the first so many grids and split them evenly
 * @param units number of equal units to use in place of the experiment's kernels
 * @param partitionsPerUnit partitions that the grids of a unit are cut into
 * @param strictHosts whether a kernel may run on no other host than the one it names
 * @param onThisHost whether the units are on this host, so that its cards and files can be looked at before the run
 * @param policy how much may be lost, and what is done about faults
 * @param resumed the run that is to be brought to its end, in place of a new one
 */
public record RunOptions(
        Backend backend,
        String results,
        Optional<Long> grids,
        Optional<Integer> units,
        int partitionsPerUnit,
        boolean strictHosts,
        boolean onThisHost,
        RunPolicy policy,
        Optional<StoredRun> resumed) {

    /** A new run with the usual policy. */
    public RunOptions(
            Backend backend,
            String results,
            Optional<Long> grids,
            Optional<Integer> units,
            int partitionsPerUnit,
            boolean strictHosts,
            boolean onThisHost) {
        this(
                backend,
                results,
                grids,
                units,
                partitionsPerUnit,
                strictHosts,
                onThisHost,
                RunPolicy.DEFAULT,
                Optional.empty());
    }
}
