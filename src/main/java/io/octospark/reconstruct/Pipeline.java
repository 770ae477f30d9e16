package io.octospark.reconstruct;

import io.octospark.error.ErrorCode;
import io.octospark.xrt.XrtException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Applies workers, each of which serves one thread at a time, to the items of an iterator: as many items at once as there
 * are workers, results as they come. Items are taken and results given by the caller's thread alone, and no item is taken
 * before a worker is free. A single worker works in the caller's thread. Asking whether there is a result waits for it.
 *
 * <p>All workers use one unit. When that fails, which an {@link XrtException} of a worker says, no further item is taken;
 * those in flight are waited for, which the time limit of the unit's calls bounds, and their results still come. Any other
 * exception of a worker reaches the caller in the place of a result.
 */
final class Pipeline<T, R> implements Iterator<R>, AutoCloseable {
    private static final long CHECK_MILLIS = 100;

    /** An item that a worker has finished: with a result, with another exception, or with the failure of its unit. */
    private record Ended<T, R>(T item, FutureTask<R> result, Optional<XrtException> unitFailure) {
        /** Lets a worker work on an item. */
        static <T, R> Ended<T, R> by(Function<T, R> worker, T item) {
            AtomicReference<XrtException> unitFailure = new AtomicReference<>();
            FutureTask<R> result = new FutureTask<>(() -> {
                try {
                    return worker.apply(item);
                } catch (XrtException e) {
                    unitFailure.set(e);
                    throw e;
                }
            });
            result.run();
            return new Ended<>(item, result, Optional.ofNullable(unitFailure.get()));
        }
    }

    private final Iterator<T> items;
    private final List<Function<T, R>> workers;
    private final Runnable check;
    private final BlockingQueue<Function<T, R>> idle;
    private final ExecutorService threads;
    private final BlockingQueue<Ended<T, R>> ended = new LinkedBlockingQueue<>();
    private int inFlight;

    /** The next result, or what came in its place; null until it is asked for. */
    private FutureTask<R> next;

    private XrtException fault;
    private final List<T> unfinished = new ArrayList<>();

    /**
     * @param check called again and again while the caller waits; throws to end the wait
     */
    Pipeline(Iterator<T> items, List<Function<T, R>> workers, Runnable check) {
        this.items = items;
        this.workers = List.copyOf(workers);
        this.check = check;
        idle = new ArrayBlockingQueue<>(workers.size(), false, workers);
        threads = Executors.newFixedThreadPool(workers.size(), task -> {
            Thread thread = new Thread(task, Thread.currentThread().getName() + " worker");
            // One that is stuck in a hung card must not keep the JVM from ending.
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public boolean hasNext() {
        while (next == null && advance()) {
            // That one has ended without a result.
        }
        return next != null;
    }

    @Override
    public R next() {
        if (!hasNext()) {
            throw new NoSuchElementException("all items are done");
        }
        FutureTask<R> result = next;
        next = null;
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** What the unit has failed with; empty while it works. */
    Optional<XrtException> fault() {
        return Optional.ofNullable(fault);
    }

    /** The items that the failure of the unit has left without a result. */
    List<T> unfinished() {
        return List.copyOf(unfinished);
    }

    /** Takes as many items as there are free workers, and waits for the end of one; false if there is none. */
    private boolean advance() {
        check.run();
        if (workers.size() == 1) {
            if (fault != null || !items.hasNext()) {
                return false;
            }
            end(Ended.by(workers.get(0), items.next()));
            return true;
        }
        while (fault == null && inFlight < workers.size() && items.hasNext()) {
            T item = items.next();
            threads.execute(() -> {
                Function<T, R> worker = idle.remove();
                Ended<T, R> result = Ended.by(worker, item);
                idle.add(worker);
                ended.add(result);
            });
            inFlight++;
        }
        if (inFlight == 0) {
            return false;
        }
        end(awaitOne());
        inFlight--;
        return true;
    }

    private Ended<T, R> awaitOne() {
        try {
            Ended<T, R> one = ended.poll(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            while (one == null) {
                check.run();
                one = ended.poll(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return one;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void end(Ended<T, R> one) {
        if (one.unitFailure().isEmpty()) {
            next = one.result();
            return;
        }
        unfinished.add(one.item());
        // One of the items in flight names the failure; the others only say that their products were refused.
        if (fault == null || fault.code() == ErrorCode.UNIT_NOT_USABLE) {
            fault = one.unitFailure().get();
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while grids are in flight", e);
    }

    /** Ends the workers' threads, without waiting for what they do. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
