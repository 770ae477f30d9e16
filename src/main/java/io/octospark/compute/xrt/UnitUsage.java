package io.octospark.compute.xrt;

/** The use of a unit in this process, over all tasks that had it. Safe for use by several threads. */
public final class UnitUsage {
    /** The meter of the task that has the unit; null while it is free. */
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

    /** Returns the number of finished calls. */
    public synchronized long calls() {
        return calls + (current == null ? 0 : current.calls());
    }

    /** Returns the share of the time of its tasks, from their first call to their last, in which the unit had a call; 0 without any. */
    public synchronized double busyShare() {
        return spanNanos() == 0 ? 0 : (double) busyNanos() / spanNanos();
    }

    /** Returns how often the unit has failed. */
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
