package io.octospark.spark;

import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.xrt.CardPool;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.UnitVerdict;
import io.octospark.inversion.StopReason;
import io.octospark.model.GridRanges;
import io.octospark.reconstruct.GridContext;
import io.octospark.reconstruct.GridWork;
import io.octospark.results.EventRecord;
import io.octospark.results.GridRecord;
import io.octospark.results.UnitRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/** Collects what a task reports to the driver when it ends. Serves one thread. */
final class TaskReport {
    /** Spark's id of the executor in local mode. */
    private static final String DRIVER = "driver";

    private final Instant startedAt = Instant.now();
    private final long startNanos = System.nanoTime();
    private final GridContext context;
    private final PhaseClock clock;
    private long computed;
    private long failed;
    private long converged;
    private long iterations;

    /** @param clock what the task has spent on what, when it ends */
    TaskReport(GridContext context, PhaseClock clock) {
        this.context = context;
        this.clock = clock;
    }

    /** Counts a grid. */
    void add(GridRecord record) {
        computed++;
        failed += record.reconstruction().stopReason() == StopReason.FAILED ? 1 : 0;
        converged += record.reconstruction().stopReason().converged() ? 1 : 0;
        iterations += record.reconstruction().iterations();
    }

    /**
     * The report of a task that is over. Spark drops that of a failed attempt, which therefore leaves samples and events of
     * its process to the next one.
     *
     * @param work closed, so that all calls are in the clock
     * @param rest grids that were not taken
     */
    UnitReport of(TaskContext task, GridWork work, GridRanges rest) {
        UnitDescription description = work.description();
        UnitRecord record = new UnitRecord(
                context.on(description).place(),
                new UnitRecord.TaskAttempt(
                        hostName(),
                        SparkEnv.get().executorId(),
                        task.attemptNumber(),
                        startedAt,
                        (System.nanoTime() - startNanos) / 1e9),
                description,
                computed,
                work.busyShare().orElse(Double.NaN),
                clock.timings());
        return new UnitReport(
                record,
                failed,
                converged,
                iterations,
                task.isFailed() ? List.of() : work.takeSamples(),
                rest,
                inFlight(work),
                task.isFailed() ? List.of() : events(work));
    }

    private static GridRanges inFlight(GridWork work) {
        List<Long> inFlight = work.fault().map(GridWork.Fault::inFlight).orElse(List.of());
        return GridRanges.ofSorted(inFlight.stream()
                .filter(grid -> !grid.equals(work.blamed().orElse(null)))
                .mapToLong(Long::longValue)
                .sorted()
                .iterator());
    }

    /** What has happened to units of this process since a task has told it, and to the grid of this one. */
    private List<EventRecord> events(GridWork work) {
        List<EventRecord> events = new ArrayList<>();
        List<UnitVerdict> verdicts =
                CardPools.ofProcess().current().map(CardPool::takeVerdicts).orElse(List.of());
        for (UnitVerdict verdict : verdicts) {
            EventRecord.Kind kind =
                    verdict.givenUp() ? EventRecord.Kind.UNIT_QUARANTINED : EventRecord.Kind.UNIT_FAILED;
            events.add(EventRecord.builder(kind, verdict.at())
                    .repeat(context.repeat())
                    .host(hostName())
                    .device(verdict.device())
                    .cu(verdict.unit().cu())
                    .build(verdict.message()));
        }
        work.blamed()
                .ifPresent(grid -> events.add(EventRecord.builder(EventRecord.Kind.GRID_BLAMED, Instant.now())
                        .place(context.on(work.description()).place())
                        .host(hostName())
                        .device(work.description().device())
                        .gridId(grid)
                        .build(work.fault().orElseThrow().cause().getMessage())));
        return events;
    }

    /** The executor's host as Spark knows it. */
    static String executorHost() {
        return SparkEnv.get().blockManager().blockManagerId().host();
    }

    /** The executor's host; of local mode, which may bind to a loopback address, the name of this host. */
    private static String hostName() {
        if (!SparkEnv.get().executorId().equals(DRIVER)) {
            return executorHost();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return executorHost();
        }
    }
}
