package io.octospark.benchmark;

import java.lang.management.ManagementFactory;

/** The clock of the benchmarks. */
public final class Processor {
    private Processor() {}

    /** Time that the processor has spent on this thread. */
    public static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
