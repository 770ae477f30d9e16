package io.octospark.compute.xrt;

import io.octospark.compute.Phase;
import io.octospark.xrt.XrtKernel;
import io.octospark.xrt.XrtRun;
import java.time.Duration;

/**
 * The calls of one kernel instance. Several threads call; the card executes one call after the other, in the order of
 * their starts. Here each call gets the time limit of those before it added to its own, and a time: from its start, or
 * from the end of the one before, to its end.
 */
final class KernelCalls {
    private final XrtKernel kernel;
    private final Phase phase;
    private final Duration limit;
    private int started;
    private long lastEnd;

    KernelCalls(XrtKernel kernel, Phase phase, Duration limit) {
        this.kernel = kernel;
        this.phase = phase;
        this.limit = limit;
    }

    XrtKernel kernel() {
        return kernel;
    }

    /** Starts a run and waits for it. */
    void call(XrtRun run, UnitMeter meter) {
        int before;
        long start;
        synchronized (this) {
            start = System.nanoTime();
            run.start();
            before = started++;
            meter.started(start);
        }
        try {
            run.waitFor(limit.multipliedBy(before + 1L));
        } finally {
            synchronized (this) {
                long end = System.nanoTime();
                meter.ended(end);
                meter.clock().add(phase, end - Math.max(start, lastEnd), 0);
                lastEnd = end;
                started--;
            }
        }
    }
}
