package io.octospark.spark;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Applies workers, each of which serves one thread at a time, to the items of an iterator: as many items at once as there
 * are workers, results as they come. Items are taken and results given by the caller's thread alone, and no item is taken
 * before a worker is free. A single worker works in the caller's thread.
 */
final class Pipeline<T, R> implements Iterator<R>, AutoCloseable {
    private static final long CHECK_MILLIS = 100;

    private final Iterator<T> items;
    private final List<Function<T, R>> workers;
    private final Runnable check;
    private final BlockingQueue<Function<T, R>> idle;
    private final ExecutorService threads;
    private final CompletionService<R> results;
    private int working;

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
        results = new ExecutorCompletionService<>(threads);
    }

    @Override
    public boolean hasNext() {
        return working > 0 || items.hasNext();
    }

    @Override
    public R next() {
        check.run();
        if (workers.size() == 1) {
            return workers.get(0).apply(items.next());
        }
        while (working < workers.size() && items.hasNext()) {
            T item = items.next();
            results.submit(() -> {
                Function<T, R> worker = idle.remove();
                try {
                    return worker.apply(item);
                } finally {
                    idle.add(worker);
                }
            });
            working++;
        }
        if (working == 0) {
            throw new NoSuchElementException("all items are done");
        }
        return result();
    }

    private R result() {
        try {
            Future<R> result = results.poll(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            while (result == null) {
                check.run();
                result = results.poll(CHECK_MILLIS, TimeUnit.MILLISECONDS);
            }
            working--;
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
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while grids are in flight", e);
        }
    }

    /** Ends the workers' threads, without waiting for what they do. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
