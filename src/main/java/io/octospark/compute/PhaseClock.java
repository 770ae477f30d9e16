package io.octospark.compute;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Adds up what a task spends on each {@link Phase}. Safe for use by several threads. */
public final class PhaseClock {
    private final Map<Phase, PhaseTiming> timings = new EnumMap<>(Phase.class);

    /** Adds a call that began at {@code startNanos}, a value of {@link System#nanoTime}, and ends now. */
    public void addSince(Phase phase, long startNanos) {
        add(phase, System.nanoTime() - startNanos, 0);
    }

    /** Adds a call of known length that moved so many bytes. */
    public synchronized void add(Phase phase, long nanos, long bytes) {
        timings.put(phase, timing(phase).plus(nanos, bytes));
    }

    /** What was added up for a phase so far. */
    public synchronized PhaseTiming timing(Phase phase) {
        PhaseTiming timing = timings.get(phase);
        return timing == null ? PhaseTiming.none(phase) : timing;
    }

    /** The time of all phases. */
    public synchronized long totalNanos() {
        return timings.values().stream().mapToLong(PhaseTiming::totalNanos).sum();
    }

    /** The phases that happened, in their order. */
    public synchronized List<PhaseTiming> timings() {
        return List.copyOf(timings.values());
    }
}
