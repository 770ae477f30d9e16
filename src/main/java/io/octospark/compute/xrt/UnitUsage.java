package io.octospark.compute.xrt;

/** What a unit has done in this process, over all tasks that had it. Safe for use by several threads. */
public final class UnitUsage {
    /** Of the task that has the unit, or null. */
    private UnitMeter current;

    private long calls;
    private long busyNanos;
    private long spanNanos;
    private int failures;

    UnitUsage() {}

    synchronized void lent(UnitMeter meter) {
        current = meter;
    }

    synchronized void givenBack(boolean failed) {
        calls = calls();
        busyNanos = busyNanos();
        spanNanos = spanNanos();
        current = null;
        failures += failed ? 1 : 0;
    }

    /** Calls of the unit that are over. */
    public synchronized long calls() {
        return calls + (current == null ? 0 : current.calls());
    }

    /** Share of the time of its tasks, from their first call to their last, in which the unit had a call; 0 without any. */
    public synchronized double busyShare() {
        return spanNanos() == 0 ? 0 : (double) busyNanos() / spanNanos();
    }

    /** How often the unit has failed. */
    public synchronized int failures() {
        return failures;
    }

    private long busyNanos() {
        return busyNanos + (current == null ? 0 : current.busyNanos());
    }

    private long spanNanos() {
        return spanNanos + (current == null ? 0 : current.spanNanos());
    }
}
