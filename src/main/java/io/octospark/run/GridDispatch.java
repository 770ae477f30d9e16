package io.octospark.run;

import io.octospark.placement.UnitAssignment;
import io.octospark.spark.GridJob;
import io.octospark.spark.UnitReport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Computes the grids of one repeat after the other by jobs. The first job has a partition for each unit. A unit's task ends
 * when its share is done, or when the unit fails: what is left of its grids goes into another job at once, while the rows of
 * the first one are committed as soon as its last task has ended. So no unit waits for another, and a process that dies
 * loses a share of each unit at most.
 *
 * <p>Every job has a thread of its own. Jobs and Spark's listener leave messages; all decisions are made by the thread that
 * calls {@link #run}, one message at a time.
 */
final class GridDispatch implements AutoCloseable {
    /** Runs a job until its rows are committed. Called in threads of their own, several at a time. */
    interface JobRunner {
        /** Returns what the tasks have reported. */
        List<UnitReport> run(GridJob job);
    }

    private final JobQueue queue;
    private final JobRunner runner;
    private final Consumer<List<UnitReport>> committed;
    private final BlockingQueue<Runnable> messages = new LinkedBlockingQueue<>();
    private final ExecutorService threads;
    private volatile boolean stopping;
    private int jobs;
    private Throwable failure;

    /**
     * @param committed receives what the tasks of a job have reported when its rows are committed, in the job's thread
     */
    GridDispatch(JobQueue queue, JobRunner runner, Consumer<List<UnitReport>> committed) {
        this.queue = queue;
        this.runner = runner;
        this.committed = committed;
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "grid job");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Computes the grids of a repeat and returns when all jobs have ended. Grids are left undone only if the run is to stop.
     *
     * @param partitions the partitions of the first job
     * @throws RunFailedException if grids are left undone otherwise; jobs under way have ended
     */
    void run(int repeat, List<UnitAssignment> partitions) throws InterruptedException {
        queue.start(repeat, partitions);
        startJobs();
        while (jobs > 0) {
            messages.take().run();
            startJobs();
        }
        if (failure != null) {
            throw new RunFailedException(failure);
        }
    }

    private void startJobs() {
        while (!stopping) {
            Optional<GridJob> job = queue.next();
            if (job.isEmpty()) {
                return;
            }
            jobs++;
            threads.execute(() -> run(job.get()));
        }
    }

    /** The end of a job is its last message. */
    private void run(GridJob job) {
        boolean computed = false;
        try {
            List<UnitReport> reports = runner.run(job);
            computed = true;
            reports.forEach(this::taskEnded);
            committed.accept(reports);
            messages.add(() -> {
                jobs--;
                queue.jobEnded(job);
            });
        } catch (Throwable e) {
            boolean rowsAreThere = computed;
            messages.add(() -> {
                jobs--;
                if (rowsAreThere || !queue.jobFailed(job, e)) {
                    fail(e);
                }
            });
        }
    }

    /** Jobs under way end and are committed. */
    private void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        }
        stop();
    }

    /**
     * A task has ended well. The report of a task comes twice: from Spark's listener, so that the unit goes on while other
     * tasks of the job still run, and at the end of the job, which the listener may lag behind. The first one counts.
     */
    void taskEnded(UnitReport report) {
        messages.add(() -> queue.taskEnded(report));
    }

    /** No further job is started: those under way end and are committed. */
    void stop() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Ends the threads of jobs; those under way have been ended by Spark. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
