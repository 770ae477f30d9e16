package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.octospark.compute.Backend;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.EventRecord;
import io.octospark.spark.GridJob;
import io.octospark.spark.UnitReport;
import io.octospark.xrt.XrtException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random schedules of tasks, failures and stops: each grid has one row in the end. */
class JobQueueTest {
    private static final int SCHEDULES = Integer.getInteger("octospark.dispatch.schedules", 5_000);
    private static final long SEED = Long.getLong("octospark.dispatch.seed", 15);

    /** Steps after which a schedule is taken for one without an end. */
    private static final int MOST_STEPS = 5_000;

    @Test
    void everyGridHasOneRowWhateverFails() {
        Set<EventRecord.Kind> seen = new HashSet<>();
        int complete = 0;
        for (long seed = SEED; seed < SEED + SCHEDULES; seed++) {
            try {
                World world = new World(seed);
                complete += world.run() ? 1 : 0;
                world.events.forEach(event -> seen.add(event.kind()));
            } catch (AssertionError | RuntimeException e) {
                fail("-Doctospark.dispatch.seed=" + seed + " -Doctospark.dispatch.schedules=1: " + e, e);
            }
        }
        if (SCHEDULES > 1000) {
            // The schedules are not all of one kind.
            assertThat(complete).isBetween(SCHEDULES / 2, SCHEDULES * 19 / 20);
            assertThat(seen)
                    .contains(EventRecord.Kind.GRIDS_ISOLATED, EventRecord.Kind.JOB_FAILED, EventRecord.Kind.FALLBACK);
        }
    }

    /** A job under way. */
    private static final class Running {
        final GridJob job;
        final List<UnitAssignment> tasks;
        final List<FakeUnits.Outcome> ended = new ArrayList<>();

        Running(GridJob job) {
            this.job = job;
            tasks = new ArrayList<>(job.partitions());
        }
    }

    /** A cluster in which one thing happens after the other. */
    private static final class World {
        final Random random;
        final FakeUnits units;
        final JobQueue queue;
        final int slots;
        final List<EventRecord> events = new ArrayList<>();
        final List<Running> running = new ArrayList<>();

        /** Reports that Spark's listener has not passed on yet. */
        final List<UnitReport> late = new ArrayList<>();

        final Set<Integer> partitions = new HashSet<>();
        final Set<Integer> unitsFailed = new HashSet<>();
        int cardFailures;
        int retries;
        boolean stopped;

        World(long seed) {
            random = new Random(seed);
            units = new FakeUnits(random);
            int cores = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(4);
            int ids = (int) units.assignments.stream()
                    .map(UnitAssignment::id)
                    .distinct()
                    .count();
            slots = Math.min(ids, cores);
            cardFailures = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0;
            queue = new JobQueue(FakeUnits.CARDS, units.policy, cores, units.assignments.size(), events::add);
        }

        /** Whether all grids were computed. */
        boolean run() {
            for (int repeat = 0; repeat < units.repeats && !stopped; repeat++) {
                queue.start(repeat, units.assignments);
                partitions.clear();
                int steps = 0;
                while (step()) {
                    assertThat(++steps).as("steps").isLessThan(MOST_STEPS);
                }
            }
            long toldOf = events.stream()
                    .filter(event -> event.kind() == EventRecord.Kind.JOB_FAILED)
                    .count();
            long fallbacks = events.stream()
                    .filter(event -> event.kind() == EventRecord.Kind.FALLBACK)
                    .count();
            assertThat(toldOf).isLessThanOrEqualTo(retries);
            assertThat(fallbacks).isLessThanOrEqualTo(1);
            assertThat(fallbacks == 1).as("a fallback explains untold retries").isEqualTo(toldOf < retries);
            if (!stopped) {
                units.assertComplete();
            }
            return !stopped;
        }

        private boolean step() {
            if (random.nextInt(500) == 0) {
                stopped = true;
            }
            int choice = random.nextInt(10);
            if (choice == 0 && !late.isEmpty()) {
                queue.taskEnded(late.remove(random.nextInt(late.size())));
                return true;
            }
            if ((choice < 4 || running.isEmpty()) && !stopped) {
                Optional<GridJob> job = queue.next();
                if (job.isPresent()) {
                    start(job.get());
                    return true;
                }
            }
            if (running.isEmpty()) {
                return false;
            }
            advance(running.get(random.nextInt(running.size())));
            return true;
        }

        private void start(GridJob job) {
            assertThat(job.partitions()).isNotEmpty().hasSizeLessThanOrEqualTo(slots);
            for (UnitAssignment assignment : job.partitions()) {
                assertThat(partitions.add(assignment.partition()))
                        .as("new partition")
                        .isTrue();
                assertThat(assignment.grids()).isPositive();
                assertThat(job.isolated() && assignment.grids() > 1).isFalse();
            }
            boolean fellBack = events.stream().anyMatch(event -> event.kind() == EventRecord.Kind.FALLBACK);
            assertThat(job.backend()).isEqualTo(fellBack ? FakeUnits.CORES : FakeUnits.CARDS);
            running.add(new Running(job));
        }

        private void advance(Running at) {
            if (cardFailures > 0 && at.job.backend() == (Backend) FakeUnits.CARDS && random.nextInt(8) == 0) {
                cardFailures--;
                fail(at, FakeUnits.noUnitLeft());
            } else if (random.nextInt(1000) == 0) {
                fail(at, new IllegalStateException("the disk is full"));
            } else if (at.tasks.isEmpty()) {
                at.ended.forEach(outcome -> queue.taskEnded(outcome.report()));
                units.commit(at.job, at.ended);
                queue.jobEnded(at.job);
                running.remove(at);
            } else {
                UnitAssignment task = at.tasks.remove(random.nextInt(at.tasks.size()));
                FakeUnits.Outcome outcome = units.compute(at.job, task, stopped);
                at.ended.add(outcome);
                if (random.nextBoolean()) {
                    queue.taskEnded(outcome.report());
                }
                late.add(outcome.report());
            }
        }

        private void fail(Running at, RuntimeException failure) {
            running.remove(at);
            UnitAssignment first = at.job.partitions().get(0);
            boolean ofCards = failure instanceof XrtException;
            boolean several = at.job.partitions().size() > 1;
            if (ofCards && !several) {
                unitsFailed.add(first.id());
            }
            boolean another =
                    units.assignments.stream().anyMatch(unit -> !unitsFailed.contains(unit.id()) && unit.isLike(first));
            boolean again = queue.jobFailed(at.job, failure);
            assertThat(again)
                    .isEqualTo(ofCards
                            && (several || another || units.policy.fallback().isPresent()));
            retries += again ? 1 : 0;
            stopped |= !again;
        }
    }
}
