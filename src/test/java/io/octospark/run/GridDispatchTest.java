package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.octospark.placement.UnitAssignment;
import io.octospark.spark.GridJob;
import io.octospark.spark.UnitReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs in threads of their own, as many as there are, which end in any order. */
@Timeout(60)
class GridDispatchTest {
    private static final int SCHEDULES = Integer.getInteger("octospark.dispatch.schedules", 500);
    private static final long SEED = Long.getLong("octospark.dispatch.seed", 15);

    private static JobQueue queue(FakeUnits units) {
        return new JobQueue(FakeUnits.CARDS, units.policy, 4, units.assignments.size(), event -> {});
    }

    @Test
    void everyRunEndsAndEveryGridHasOneRow() {
        for (long seed = SEED; seed < SEED + SCHEDULES; seed++) {
            try {
                run(new Random(seed));
            } catch (AssertionError | RuntimeException | InterruptedException e) {
                fail("-Doctospark.dispatch.seed=" + seed + " -Doctospark.dispatch.schedules=1: " + e, e);
            }
        }
    }

    private static void run(Random random) throws InterruptedException {
        FakeUnits units = new FakeUnits(random);
        int failAt = random.nextInt(20);
        int stopAt = random.nextInt(40);
        AtomicLong committed = new AtomicLong();
        Cluster cluster = new Cluster(units, failAt);
        try (GridDispatch dispatch =
                new GridDispatch(queue(units), cluster::run, reports -> committed.addAndGet(reports.size()))) {
            cluster.listener = report -> {
                if (cluster.tasks() == stopAt) {
                    dispatch.stop();
                }
                dispatch.taskEnded(report);
            };
            for (int repeat = 0; repeat < units.repeats && !dispatch.isStopping(); repeat++) {
                dispatch.run(repeat, units.assignments);
            }
            assertThat(cluster.failed).isFalse();
            if (!dispatch.isStopping()) {
                units.assertComplete();
            }
        } catch (RunFailedException e) {
            assertThat(cluster.failed).isTrue();
            assertThat(e).hasCauseInstanceOf(IllegalStateException.class);
        }
        assertThat(committed.get()).isEqualTo(cluster.reports);
    }

    /** Runs jobs of several threads; the state of the units is shared. */
    private static final class Cluster {
        private final FakeUnits units;
        private final int failAt;
        private int tasks;
        private Consumer<UnitReport> listener;
        private boolean failed;
        private long reports;

        Cluster(FakeUnits units, int failAt) {
            this.units = units;
            this.failAt = failAt;
        }

        synchronized int tasks() {
            return tasks;
        }

        List<UnitReport> run(GridJob job) {
            List<FakeUnits.Outcome> outcomes = new ArrayList<>();
            for (UnitAssignment assignment : job.partitions()) {
                FakeUnits.Outcome outcome;
                synchronized (this) {
                    outcome = units.compute(job, assignment, false);
                    failed |= ++tasks == 10 + failAt && failAt < 4;
                    if (failed) {
                        throw new IllegalStateException("the disk is full");
                    }
                }
                outcomes.add(outcome);
                // Spark's listener is as quick as it likes.
                if (outcome.report().unit().place().partitionId() % 3 != 0) {
                    listener.accept(outcome.report());
                }
                Thread.onSpinWait();
            }
            synchronized (this) {
                units.commit(job, outcomes);
                reports += outcomes.size();
            }
            return outcomes.stream().map(FakeUnits.Outcome::report).toList();
        }
    }

    @Test
    void jobsUnderWayEndAndAreCommittedWhenTheRunStops() throws InterruptedException {
        FakeUnits units = new FakeUnits(new Random(1));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicLong committed = new AtomicLong();
        try (GridDispatch dispatch = new GridDispatch(
                queue(units),
                job -> {
                    started.countDown();
                    await(stopped);
                    return List.of();
                },
                reports -> committed.incrementAndGet())) {
            Thread stopping = new Thread(() -> {
                await(started);
                dispatch.stop();
                stopped.countDown();
            });
            stopping.start();

            dispatch.run(0, units.assignments);

            stopping.join(Duration.ofSeconds(10).toMillis());
            assertThat(committed).hasPositiveValue();
        }
    }

    @Test
    void rowsThatAreThereAreNotComputedAgainWhenTheirReportsCannotBeWritten() {
        FakeUnits units = new FakeUnits(new Random(1));
        AtomicLong jobs = new AtomicLong();
        try (GridDispatch dispatch = new GridDispatch(
                queue(units),
                job -> {
                    jobs.incrementAndGet();
                    return List.of();
                },
                reports -> {
                    throw FakeUnits.noUnitLeft();
                })) {
            assertThatThrownBy(() -> dispatch.run(0, units.assignments))
                    .isInstanceOf(RunFailedException.class)
                    .hasCause(FakeUnits.noUnitLeft());
            assertThat(dispatch.isStopping()).isTrue();
            assertThat(jobs.get()).isLessThanOrEqualTo(units.assignments.size());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
