package io.octospark.compute;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A watch that adds up the time that a task spends on each {@link Phase}. Safe for use by several threads. */
public final class PhaseClock implements Watch {
    private final Map<Phase, PhaseTiming> timings = new EnumMap<>(Phase.class);

    @Override
    public void after(Phase phase, long nanos, Optional<RuntimeException> failure) {
        add(phase, nanos, 0);
    }

    /** Adds a call that began at {@code startNanos}, a value of {@link System#nanoTime}, and ends now. */
    public void addSince(Phase phase, long startNanos) {
        add(phase, System.nanoTime() - startNanos, 0);
    }

    /** Adds a call of known length and the bytes that it moved. */
    public synchronized void add(Phase phase, long nanos, long bytes) {
        timings.put(phase, timing(phase).plus(nanos, bytes));
    }

    /** Returns the sum of a phase so far. */
    public synchronized PhaseTiming timing(Phase phase) {
        PhaseTiming timing = timings.get(phase);
        return timing == null ? PhaseTiming.none(phase) : timing;
    }

    /** Returns the time of all phases. */
    public synchronized long totalNanos() {
        return timings.values().stream().mapToLong(PhaseTiming::totalNanos).sum();
    }

    /** Returns the phases that happened, in their order. */
    public synchronized List<PhaseTiming> timings() {
        return List.copyOf(timings.values());
    }
}
