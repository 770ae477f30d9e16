package io.octospark.faults;

import io.octospark.faults.FaultyFileSystem.Effect;
import io.octospark.faults.FaultyFileSystem.Fault;
import io.octospark.faults.FaultyFileSystem.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a run is and what goes wrong with it, drawn from a seed. The run is started once, with the first of the attempts'
 * faults, and resumed with those of the others; then once more without faults.
 *
 * @param seed what all else follows from
 * @param units what computes
 * @param cards cards, where there are any
 * @param instances units of each card
 * @param grids grids of a repeat
 * @param repeats repeats
 * @param partitionsPerUnit parts of the grids of a unit
 * @param commitGrids grids of a unit after which they are committed; 0: all
 * @param gridAttempts failures of units that one grid may have a part in
 * @param quarantineAfter failures after which a unit is not used again
 * @param fallback whether cores take over
 * @param attempts the faults of each attempt
 */
record Schedule(
        long seed,
        Units units,
        int cards,
        int instances,
        int grids,
        int repeats,
        int partitionsPerUnit,
        int commitGrids,
        int gridAttempts,
        int quarantineAfter,
        boolean fallback,
        List<Attempt> attempts) {
    private static final List<Operation> OPERATIONS =
            List.of(Operation.CREATE, Operation.WRITE, Operation.CLOSE, Operation.RENAME);

    /** What computes. */
    enum Units {
        /** Cores, many grids at once. */
        CORES_GRAM,
        /** Cores, a grid at a time. */
        CORES_DENSE,
        /** Emulated cards. */
        CARDS
    }

    /**
     * What goes wrong at a time.
     *
     * @param cards faults of emulated cards, as the emulator has them
     * @param dotprodMillis time of a forward product; 0: as it computes
     * @param deadlineMillis time after which a grid fails; 0: none
     * @param files faults of the file system of the results
     */
    record Attempt(List<String> cards, int dotprodMillis, int deadlineMillis, List<Fault> files) {
        static final Attempt SOUND = new Attempt(List.of(), 0, 0, List.of());

        @Override
        public String toString() {
            List<String> words = new ArrayList<>(cards);
            if (dotprodMillis > 0) {
                words.add("products of %d ms".formatted(dotprodMillis));
            }
            if (deadlineMillis > 0) {
                words.add("%d ms for a grid".formatted(deadlineMillis));
            }
            files.forEach(fault -> words.add(
                    switch (fault.effect()) {
                        case ACTION -> "a stop at %s %d".formatted(fault.operation(), fault.after());
                        case BUG -> "a bug at %s %d".formatted(fault.operation(), fault.after());
                        case ERROR ->
                            "%s fails after %d%s"
                                    .formatted(
                                            fault.operation(),
                                            fault.after(),
                                            fault.lasting() ? " and from then on" : "");
                    }));
            return String.join(", ", words);
        }
    }

    static Schedule draw(long seed) {
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong());
        Units units =
                random.nextInt(10) < 7 ? Units.CARDS : random.nextBoolean() ? Units.CORES_GRAM : Units.CORES_DENSE;
        int cards = random.nextInt(1, 3);
        int instances = random.nextInt(1, 3);
        int grids = random.nextInt(8, SmallExperiment.GRIDS + 1);
        int repeats = random.nextInt(4) == 0 ? 3 : random.nextInt(1, 3);
        int partitionsPerUnit = random.nextInt(4) == 0 ? 2 : 1;
        int unitCount = units == Units.CARDS ? cards * instances : 2;
        // At most four commits of a partition, each of which takes Spark a moment.
        int commitGrids = random.nextInt(3) == 0
                ? 0
                : Math.max(1, grids / (unitCount * partitionsPerUnit * random.nextInt(1, 5)));
        int gridAttempts = random.nextInt(1, 4);
        int quarantineAfter = random.nextInt(1, 4);
        boolean fallback = units == Units.CARDS && random.nextInt(4) == 0;
        List<Attempt> attempts = new ArrayList<>();
        int count = random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < count; i++) {
            attempts.add(attempt(random, units, cards, instances, grids * repeats / unitCount));
        }
        return new Schedule(
                seed,
                units,
                cards,
                instances,
                grids,
                repeats,
                partitionsPerUnit,
                commitGrids,
                gridAttempts,
                quarantineAfter,
                fallback,
                attempts);
    }

    private static Attempt attempt(SplittableRandom random, Units units, int cards, int instances, int gridsOfUnit) {
        List<String> ofCards = new ArrayList<>();
        List<Fault> ofFiles = new ArrayList<>();
        int dotprodMillis = random.nextInt(5) == 0 ? 1 : 0;
        int deadlineMillis = random.nextInt(8) == 0 ? random.nextInt(5, 30) : 0;
        if (units == Units.CARDS) {
            int faults = random.nextInt(3);
            for (int i = 0; i < faults; i++) {
                ofCards.add(cardFault(random, cards, instances, gridsOfUnit));
            }
        }
        if (ofCards.isEmpty() || random.nextInt(2) == 0) {
            ofFiles.add(fileFault(random));
        }
        return new Attempt(ofCards, dotprodMillis, deadlineMillis, ofFiles);
    }

    private static String cardFault(SplittableRandom random, int cards, int instances, int gridsOfUnit) {
        String card = random.nextInt(6) == 0 ? "*" : Integer.toString(random.nextInt(cards));
        String unit = (random.nextBoolean() ? "dotprod_" : "update_") + random.nextInt(1, instances + 1);
        // Products of a grid.
        int calls = random.nextInt(9 * gridsOfUnit + 1);
        return switch (random.nextInt(5)) {
            // One that begins to compute wrongly later is not noticed.
            case 0 -> "wrong:%s:%s:0".formatted(card, unit);
            case 1 -> "lost:%s:%s:%d".formatted(card, unit, calls);
            default -> "error:%s:%s:%d".formatted(card, unit, calls);
        };
    }

    private static Fault fileFault(SplittableRandom random) {
        Operation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
        int most = operation == Operation.WRITE ? 60_000 : 30;
        // Often early, where a run has hardly begun.
        int after = random.nextInt(1 + random.nextInt(most));
        int effect = random.nextInt(20);
        if (effect < 6) {
            return new Fault(operation, after, Effect.ACTION, false);
        }
        if (effect < 8) {
            return new Fault(operation, after, Effect.BUG, false);
        }
        return new Fault(operation, after, Effect.ERROR, operation == Operation.WRITE || random.nextInt(3) == 0);
    }

    @Override
    public String toString() {
        String computing = units == Units.CARDS
                ? "%d cards of %d units%s".formatted(cards, instances, fallback ? " with cores to fall back on" : "")
                : units == Units.CORES_GRAM ? "cores, many grids at once" : "cores, a grid at a time";
        return "seed %d: %d grids, %d repeats, on %s, %d partitions of a unit, commit after %s grids, %d attempts of a grid, %d failures of a unit; %s"
                .formatted(
                        seed,
                        grids,
                        repeats,
                        computing,
                        partitionsPerUnit,
                        commitGrids == 0 ? "all" : Integer.toString(commitGrids),
                        gridAttempts,
                        quarantineAfter,
                        IntStream.range(0, attempts.size())
                                .mapToObj(i -> (i == 0 ? "run: " : "resumed: ") + attempts.get(i))
                                .collect(Collectors.joining("; ")));
    }
}
