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

/** How much of a run may be lost, and what is done about faults. */
public final class FaultOptions {
    private static final int MAX_SECONDS = 10_000_000;
    private static final int MAX_COUNT = 1000;

    private enum Fallback {
        CPU,
        NONE;

        /** As users write it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--commit-seconds",
            paramLabel = "N",
            defaultValue = "300",
            description = "Commit the rows of a unit every N seconds, while it goes on: what a crash loses."
                    + " Default: ${DEFAULT-VALUE}.")
    private int commitSeconds = 300;

    @Option(
            names = "--commit-grids",
            paramLabel = "N",
            description = "Commit them after N grids of the unit, if that is earlier.")
    private Optional<Long> commitGrids = Optional.empty();

    @Option(
            names = "--grid-attempts",
            paramLabel = "N",
            defaultValue = "3",
            description = "A grid that is in flight at N failures of units, the last time alone, fails itself."
                    + " Default: ${DEFAULT-VALUE}.")
    private int gridAttempts = 3;

    @Option(
            names = "--grid-deadline",
            paramLabel = "SECONDS",
            description = "A grid that takes longer fails. Default: none.")
    private Optional<Integer> gridDeadline = Optional.empty();

    @Option(
            names = "--quarantine-after",
            paramLabel = "N",
            defaultValue = "2",
            description = "A unit of a card that has failed N times is not used again by its process; before that it is"
                    + " opened anew. Default: ${DEFAULT-VALUE}.")
    private int quarantineAfter = 2;

    @Option(
            names = "--fallback",
            paramLabel = "cpu|none",
            defaultValue = "none",
            description = "What goes on when no unit of cards is left. The rows of grids say what computed them."
                    + " Default: ${DEFAULT-VALUE}: the run ends, to be resumed.")
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

    /** Returns after how many failures a process does not use a unit again. */
    int quarantineAfter() {
        return quarantineAfter;
    }

    /**
     * The policy.
     *
     * @param cores the cores that go on where cards can't
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
