package io.octospark.spark;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.xrt.CardPools;
import io.octospark.physics.LinearOperator;
import io.octospark.placement.UnitAssignment;
import io.octospark.reconstruct.GridWorkFactory;
import io.octospark.spark.cards.FpgaResources;
import io.octospark.xrt.XrtException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Opens the unit of a task. On a cluster Spark decides which task gets which unit, in local mode the tasks among themselves.
 * An attempt that can't have its unit ends slowly: Spark tries again at once, and the unit or its host may need a moment.
 */
final class UnitOpener implements GridWorkFactory.Opener {
    private static final long PAUSE_SECONDS = 2;
    private static final long LONGEST_PAUSE_SECONDS = 60;
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Attempts after which a host that was named is taken for gone: 16 s, in which a new executor would have come. */
    private static final int ATTEMPTS_ON_NAMED_HOST = 8;

    private final TaskContext task;
    private final UnitAssignment assignment;
    private final TaskSettings settings;
    private final Runnable checkKilled;

    UnitOpener(TaskContext task, UnitAssignment assignment, TaskSettings settings, Runnable checkKilled) {
        this.task = task;
        this.assignment = assignment;
        this.settings = settings;
        this.checkKilled = checkKilled;
    }

    /**
     * Opens the unit, which is closed when the task ends.
     *
     * @throws IllegalStateException if the task was started on another host than its kernel names
     */
    @Override
    public <P extends LinearOperator> ComputeUnit<P> open(GridWorkFactory.Opening<P> opening) {
        ComputeUnit<P> unit = openWhereGiven(opening);
        task.addTaskCompletionListener((TaskCompletionListener) ended -> unit.close());
        return unit;
    }

    private <P extends LinearOperator> ComputeUnit<P> openWhereGiven(GridWorkFactory.Opening<P> opening) {
        UnitAddress planned = assignment.address();
        String given = FpgaResources.address(task);
        if (given == null || planned == null) {
            return opening.open(planned, settings.units());
        }
        List<UnitAddress> onCard = FpgaResources.unitsOnCard(given, planned.bitstream(), settings.units());
        UnitAddress address = onCard.stream()
                .filter(unit -> given.endsWith("/cu" + unit.cu()))
                .findFirst()
                .orElseGet(() -> onCard.get(0));
        try {
            return opening.open(address, onCard);
        } catch (XrtException e) {
            boolean exhausted = CardPools.ofProcess()
                    .current()
                    .filter(pool -> pool.isExhausted(List.of(FpgaResources.cardOf(given))))
                    .isPresent();
            if (exhausted) {
                // Spark gives the address to the same task again, at once, while those that work are in use.
                pause(Math.min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS << Math.min(task.attemptNumber(), 10)));
            }
            throw e;
        }
    }

    /** Ends an attempt on another host than the named one, before anything is built. */
    void checkHost() {
        UnitAddress planned = assignment.address();
        boolean onCluster = planned != null && FpgaResources.address(task) != null;
        boolean pinned = onCluster
                && planned.host() != null
                && (settings.strictHosts() || task.attemptNumber() < ATTEMPTS_ON_NAMED_HOST);
        String host = TaskReport.executorHost();
        if (pinned && !planned.host().equals(host)) {
            pause(PAUSE_SECONDS);
            throw new IllegalStateException(
                    "partition %d is for host %s and was started on %s; it ends without computing, to be tried elsewhere"
                            .formatted(assignment.partition(), planned.host(), host));
        }
    }

    private void pause(long seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            checkKilled.run();
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
