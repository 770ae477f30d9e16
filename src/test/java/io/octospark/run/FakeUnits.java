package io.octospark.run;

import io.octospark.compute.UnitDescription;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import io.octospark.error.ErrorCode;
import io.octospark.model.Grid;
import io.octospark.model.GridRanges;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.UnitPlace;
import io.octospark.results.UnitRecord;
import io.octospark.spark.GridJob;
import io.octospark.spark.UnitReport;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Units that compute nothing and fail as a random schedule says, and the rows that their jobs commit. Fails the test when a
 * grid gets two rows, or is blamed too early. Not safe for use by several threads.
 */
final class FakeUnits {
    static final XrtBackend CARDS = new XrtBackend(true, AcceleratorSettings.DEFAULT, Map.of(), OperatorForm.DENSE);
    static final CpuBackend CORES = new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE);

    /** What a task did. */
    record Outcome(UnitReport report, List<Long> done, Optional<Long> blamed) {}

    /** A row: repeat and number of its grid. */
    private record Key(int repeat, long grid) {}

    private final Random random;
    private final Set<Long> poisonous = new HashSet<>();
    private final Map<Key, Integer> failures = new HashMap<>();
    private final Set<Key> done = new HashSet<>();
    private final Set<Key> blamed = new HashSet<>();
    final List<UnitAssignment> assignments = new ArrayList<>();
    final RunPolicy policy;
    final int repeats;
    private final long share;

    /** Failures of sound grids' units that are still to come. */
    private int unitFailures;

    FakeUnits(Random random) {
        this.random = random;
        repeats = 1 + random.nextInt(2);
        share = random.nextInt(3) == 0 ? Long.MAX_VALUE : 1L + random.nextInt(4);
        unitFailures = random.nextInt(6);
        policy = new RunPolicy(
                Duration.ofMinutes(5),
                share,
                1 + random.nextInt(4),
                Optional.empty(),
                random.nextBoolean() ? Optional.of(CORES) : Optional.empty());
        int units = 1 + random.nextInt(4);
        long first = 0;
        for (int id = 1; id <= units; id++) {
            InversionProblem problem = problem(random.nextInt(4) == 0 ? 20 : 10);
            for (int piece = 0; piece <= random.nextInt(2); piece++) {
                int count = 1 + random.nextInt(9);
                assignments.add(
                        new UnitAssignment(assignments.size(), id, id, problem, GridRanges.of(first, count), null));
                first += count;
            }
        }
        for (long grid = 0; grid < first; grid++) {
            if (random.nextInt(20) == 0) {
                poisonous.add(grid);
            }
        }
    }

    private static InversionProblem problem(int passes) {
        return new InversionProblem(
                Grid.of(5, 5, new Position(0, 0), new Position(50, 40)),
                new Survey(2000, List.of(10.0), List.of(new Position(0, -5)), List.of(new Position(9, -5))),
                new InversionSettings(InversionMode.STANDARD, 1e-6, 10, passes, 1));
    }

    static XrtException noUnitLeft() {
        return XrtTarget.card("0")
                .unit("dotprod_1")
                .failure(ErrorCode.UNITS_EXHAUSTED, "open", "no unit is left", "reset the card");
    }

    /** Runs the task of a partition; one of a run that is to stop takes no further grid. */
    Outcome compute(GridJob job, UnitAssignment assignment, boolean stopped) {
        long[] grids = assignment.ranges().stream().toArray();
        List<Long> done = new ArrayList<>();
        List<Long> inFlight = new ArrayList<>();
        int taken = 0;
        while (taken < grids.length && taken < share && !stopped && inFlight.isEmpty()) {
            boolean fails = poisonous.contains(grids[taken]) || (unitFailures > 0 && random.nextInt(10) == 0);
            if (fails) {
                unitFailures -= poisonous.contains(grids[taken]) ? 0 : 1;
                int last = (int) Math.min(Math.min(grids.length, share), taken + 1 + random.nextInt(3));
                while (taken < last) {
                    inFlight.add(grids[taken++]);
                }
            } else {
                done.add(grids[taken++]);
            }
        }
        inFlight.forEach(grid -> failures.merge(new Key(job.repeat(), grid), 1, Integer::sum));
        Optional<Long> blame = job.isolated() ? inFlight.stream().findFirst() : Optional.empty();
        GridRanges left = assignment.ranges().part(taken, Long.MAX_VALUE - taken);
        GridRanges again = job.isolated()
                ? GridRanges.NONE
                : GridRanges.ofSorted(
                        inFlight.stream().mapToLong(Long::longValue).iterator());
        return new Outcome(report(job.repeat(), assignment.partition(), left, again), done, blame);
    }

    private static UnitReport report(int repeat, int partition, GridRanges rest, GridRanges inFlight) {
        UnitRecord unit = new UnitRecord(
                new UnitPlace(repeat, partition, 1, 1),
                new UnitRecord.TaskAttempt("host", "0", 0, Instant.EPOCH, 0),
                new UnitDescription("fake", "none", null, null, null),
                0,
                Double.NaN,
                List.of());
        return new UnitReport(unit, 0, 0, 0, List.of(), rest, inFlight, List.of());
    }

    /** Commits the rows of a job. */
    void commit(GridJob job, List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            outcome.done().forEach(grid -> add(done, new Key(job.repeat(), grid)));
            outcome.blamed().ifPresent(grid -> {
                Key key = new Key(job.repeat(), grid);
                if (failures.get(key) < Math.max(2, policy.gridAttempts())) {
                    throw new AssertionError(key + " is blamed after " + failures.get(key) + " failures");
                }
                add(blamed, key);
            });
        }
    }

    private void add(Set<Key> rows, Key key) {
        if (done.contains(key) || blamed.contains(key)) {
            throw new AssertionError(key + " has two rows");
        }
        rows.add(key);
    }

    /** Fails unless each grid of each repeat has a row, the poisonous ones that of a failure. */
    void assertComplete() {
        long grids = assignments.stream().mapToLong(UnitAssignment::grids).sum();
        for (int repeat = 0; repeat < repeats; repeat++) {
            for (long grid = 0; grid < grids; grid++) {
                Key key = new Key(repeat, grid);
                boolean right =
                        poisonous.contains(grid) ? blamed.contains(key) : done.contains(key) || blamed.contains(key);
                if (!right) {
                    throw new AssertionError(key + (poisonous.contains(grid) ? " was not blamed" : " has no row"));
                }
            }
        }
    }
}
