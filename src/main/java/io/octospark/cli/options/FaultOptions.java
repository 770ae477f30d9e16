package io.octospark.cli.options;

import io.octospark.compute.cpu.CpuBackend;
import io.octospark.run.RunPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options for how much work a run may lose, and for its reaction to faults. */
public final class FaultOptions {
    private static final int MAX_SECONDS = 10_000_000;
    private static final int MAX_COUNT = 1000;

    private enum Fallback {
        CPU,
        NONE;

        /** Returns the name that users write. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--commit-seconds",
            paramLabel = "N",
            defaultValue = "300",
            description =
                    "Commit the rows of a unit every N seconds; a crash loses at most the rows since the last commit."
                            + " Default: ${DEFAULT-VALUE}.")
    private int commitSeconds = 300;

    @Option(
            names = "--commit-grids",
            paramLabel = "N",
            description = "Also commit the rows of a unit after N grids, if that comes first. Default: no limit.")
    private Optional<Long> commitGrids = Optional.empty();

    @Option(
            names = "--grid-attempts",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Mark a grid as failed when it was in flight at N failures of units. Its last attempt runs alone."
                            + " Default: ${DEFAULT-VALUE}.")
    private int gridAttempts = 3;

    @Option(
            names = "--grid-deadline",
            paramLabel = "SECONDS",
            description = "Mark a grid as failed if it takes longer than this, in seconds. Default: no limit.")
    private Optional<Integer> gridDeadline = Optional.empty();

    @Option(
            names = "--quarantine-after",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Stop using a card's unit in a process after N failures; until then the process reopens the unit."
                            + " Default: ${DEFAULT-VALUE}.")
    private int quarantineAfter = 2;

    @Option(
            names = "--fallback",
            paramLabel = "cpu|none",
            defaultValue = "none",
            description =
                    "What takes over when no card unit is left. The table grids shows what computed each grid. Default:"
                            + " ${DEFAULT-VALUE}; the run then ends and can be resumed.")
    private Fallback fallback = Fallback.NONE;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Refuses values that are out of range. */
    public void check() {
        OptionRange.require(spec, "--commit-seconds", commitSeconds, MAX_SECONDS);
        OptionRange.require(spec, "--commit-grids", commitGrids.orElse(1L), Long.MAX_VALUE);
        OptionRange.require(spec, "--grid-attempts", gridAttempts, MAX_COUNT);
        OptionRange.require(spec, "--grid-deadline", gridDeadline.orElse(1), MAX_SECONDS);
        OptionRange.require(spec, "--quarantine-after", quarantineAfter, MAX_COUNT);
    }

    /** Returns the number of failures after which a process stops using a unit. */
    int quarantineAfter() {
        return quarantineAfter;
    }

    /**
     * Returns the policy of the run.
     *
     * @param cores supplies the CPU cores that take over when cards fail
     */
    RunPolicy policy(Supplier<CpuBackend> cores) {
        return new RunPolicy(
                Duration.ofSeconds(commitSeconds),
                commitGrids.orElse(Long.MAX_VALUE),
                gridAttempts,
                gridDeadline.map(Duration::ofSeconds),
                fallback == Fallback.CPU ? Optional.of(cores.get()) : Optional.empty());
    }
}
