package io.octospark.run;

import io.octospark.compute.Backend;
import io.octospark.results.StoredRun;
import java.util.Optional;

/**
 * How an experiment is to be run. Only the backend has no default:
 *
 * <pre>{@code
 * RunOptions options = RunOptions.on(backend).results("results").grids(1000).units(4).build();
 * }</pre>
 */
public final class RunOptions {
    private final Backend backend;
    private final String results;
    private final Long grids;
    private final Integer units;
    private final int partitionsPerUnit;
    private final boolean strictHosts;
    private final boolean onThisHost;
    private final RunPolicy policy;
    private final StoredRun resumed;

    private RunOptions(Builder builder) {
        backend = builder.backend;
        results = builder.results;
        grids = builder.grids;
        units = builder.units;
        partitionsPerUnit = builder.partitionsPerUnit;
        strictHosts = builder.strictHosts;
        onThisHost = builder.onThisHost;
        policy = builder.policy;
        resumed = builder.resumed;
    }

    /** Starts the options of a run on units of this kind. */
    public static Builder on(Backend backend) {
        return new Builder(backend);
    }

    /** What the compute units are. */
    public Backend backend() {
        return backend;
    }

    /** The results folder. */
    public String results() {
        return results;
    }

    /** How many grids to take, split evenly over the units; empty for all. */
    public Optional<Long> grids() {
        return Optional.ofNullable(grids);
    }

    /** How many equal units to use in place of the experiment's kernels. */
    public Optional<Integer> units() {
        return Optional.ofNullable(units);
    }

    /** Partitions that the grids of a unit are cut into. */
    public int partitionsPerUnit() {
        return partitionsPerUnit;
    }

    /** Whether a kernel may run on no other host than the one it names. */
    public boolean strictHosts() {
        return strictHosts;
    }

    /** Whether the units are on this host, so that its cards and files can be looked at before the run. */
    public boolean onThisHost() {
        return onThisHost;
    }

    /** How much may be lost, and what is done about faults. */
    public RunPolicy policy() {
        return policy;
    }

    /** The run to complete; empty for a new one. */
    public Optional<StoredRun> resumed() {
        return Optional.ofNullable(resumed);
    }

    /** Collects the options by name. */
    public static final class Builder {
        private final Backend backend;
        private String results = "results";
        private Long grids;
        private Integer units;
        private int partitionsPerUnit = 1;
        private boolean strictHosts;
        private boolean onThisHost = true;
        private RunPolicy policy = RunPolicy.DEFAULT;
        private StoredRun resumed;

        private Builder(Backend backend) {
            this.backend = backend;
        }

        /** Writes into this folder. Default: {@code results}. */
        public Builder results(String folder) {
            results = folder;
            return this;
        }

        /** Takes only the first grids and splits them evenly. Default: all. */
        public Builder grids(long count) {
            grids = count;
            return this;
        }

        /** Uses equal units in place of the experiment's kernels. */
        public Builder units(int count) {
            units = count;
            return this;
        }

        /** Cuts the grids of each unit into partitions. Default: 1. */
        public Builder partitionsPerUnit(int count) {
            partitionsPerUnit = count;
            return this;
        }

        /** Runs a kernel on the host that it names or not at all. Default: it prefers that host. */
        public Builder strictHosts(boolean strict) {
            strictHosts = strict;
            return this;
        }

        /** Says whether the units are on this host. Default: they are. */
        public Builder onThisHost(boolean here) {
            onThisHost = here;
            return this;
        }

        /** Answers faults like this. Default: {@link RunPolicy#DEFAULT}. */
        public Builder policy(RunPolicy answers) {
            policy = answers;
            return this;
        }

        /** Completes this run. Default: a new one. */
        public Builder resume(StoredRun run) {
            resumed = run;
            return this;
        }

        public RunOptions build() {
            return new RunOptions(this);
        }
    }
}
