package io.octospark.compute.xrt;

import io.octospark.compute.Phase;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtKernel;
import io.octospark.xrt.XrtRun;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The calls of one kernel instance. Several threads may call; the card executes one call after the other, in the order of
 * their starts. The time limit of a call, and its time in the tables, begin when the call before it has ended.
 */
final class KernelCalls {
    private final XrtKernel kernel;
    private final Phase phase;
    private final Duration limit;

    private volatile boolean hanging;

    /** When the call that was started last ends, as a value of System.nanoTime. */
    private CompletableFuture<Long> last = CompletableFuture.completedFuture(System.nanoTime());

    KernelCalls(XrtKernel kernel, Phase phase, Duration limit) {
        this.kernel = kernel;
        this.phase = phase;
        this.limit = limit;
    }

    XrtKernel kernel() {
        return kernel;
    }

    /** Returns whether a call was not over in time: the card may work on it for ever. */
    boolean isHanging() {
        return hanging;
    }

    /**
     * Starts a run and waits for it.
     *
     * @throws XrtException if this call or one before it fails
     */
    void call(XrtRun run, UnitMeter meter) {
        meter.checkOpen();
        CompletableFuture<Long> before;
        CompletableFuture<Long> own = new CompletableFuture<>();
        long start;
        synchronized (this) {
            start = System.nanoTime();
            run.start();
            meter.started(start);
            before = last;
            last = own;
        }
        try {
            long begin = Math.max(start, before.join());
            run.waitFor(limit);
            long end = System.nanoTime();
            meter.clock().add(phase, end - begin, 0);
            own.complete(end);
        } catch (CompletionException e) {
            // The one before has failed: nothing that was started after it is worth waiting for.
            own.completeExceptionally(e.getCause());
            throw (XrtException) e.getCause();
        } catch (XrtException e) {
            if (run.state() == XrtRun.State.TIMED_OUT) {
                hanging = true;
            }
            own.completeExceptionally(e);
            throw e;
        } finally {
            meter.ended(System.nanoTime());
        }
    }
}
