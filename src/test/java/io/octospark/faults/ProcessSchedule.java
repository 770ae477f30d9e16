package io.octospark.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a run in processes of its own is and what is done to them, drawn from a seed. The run is started, the deed is done
 * when so much is committed, and a moment later; it is resumed and the next deed is done; at last it is resumed and left
 * alone.
 *
 * @param seed what all else follows from
 * @param onCluster whether it is on a cluster of two hosts, each with a card of two units; else those are in the driver
 * @param grids grids of a repeat
 * @param repeats repeats
 * @param commitGrids grids of a unit after which they are committed
 * @param callMillis time of a forward product
 * @param deeds what is done
 */
record ProcessSchedule(
        long seed, boolean onCluster, int grids, int repeats, int commitGrids, int callMillis, List<Deed> deeds) {
    /** What is done to a run. */
    enum What {
        KILL_DRIVER(false, false),
        INTERRUPT(false, false),
        TERMINATE(false, false),
        INTERRUPT_TWICE(false, false),
        /** The disk with the results is small. */
        FULL_DISK(true, false),
        /** A unit hangs. */
        HANG(false, false),
        /** A unit fails. */
        ERROR(false, false),
        KILL_EXECUTOR(false, true),
        /** An executor stands still for two seconds. */
        PAUSE_EXECUTOR(false, true);

        private final boolean local;
        private final boolean onCluster;

        What(boolean local, boolean onCluster) {
            this.local = local;
            this.onCluster = onCluster;
        }

        private boolean fits(boolean cluster) {
            return cluster ? !local : !onCluster;
        }
    }

    /**
     * A deed.
     *
     * @param what what is done
     * @param commits files of grids' rows that are there before
     * @param delayMillis time from then on
     * @param amount KiB of a full disk, calls of a unit before it fails
     */
    record Deed(What what, int commits, int delayMillis, int amount) {
        @Override
        public String toString() {
            return switch (what) {
                case FULL_DISK -> "a disk of %d KiB".formatted(amount);
                case HANG, ERROR -> "%s after %d calls".formatted(what, amount);
                default -> "%s %d ms after %d commits".formatted(what, delayMillis, commits);
            };
        }
    }

    static ProcessSchedule draw(long seed, boolean onCluster) {
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong());
        List<What> fitting = List.of(What.values()).stream()
                .filter(what -> what.fits(onCluster))
                .toList();
        // On a cluster what is done to executors half of the time.
        List<What> choice = new ArrayList<>(fitting);
        fitting.stream().filter(what -> what.onCluster || what.local).forEach(what -> {
            choice.add(what);
            choice.add(what);
        });
        List<Deed> deeds = new ArrayList<>();
        int count = random.nextInt(4) == 0 ? 2 : 1;
        for (int i = 0; i < count; i++) {
            What what = choice.get(random.nextInt(choice.size()));
            int amount = what == What.FULL_DISK ? random.nextInt(30, 200) : random.nextInt(40);
            deeds.add(new Deed(what, random.nextInt(6), random.nextInt(400), amount));
        }
        return new ProcessSchedule(
                seed,
                onCluster,
                random.nextInt(20, SmallExperiment.GRIDS + 1),
                random.nextInt(1, 3),
                random.nextInt(2, 6),
                random.nextInt(8, 20),
                deeds);
    }

    @Override
    public String toString() {
        return "seed %d: %d grids, %d repeats, %s, commit after %d grids, products of %d ms; %s"
                .formatted(seed, grids, repeats, onCluster ? "on a cluster" : "local", commitGrids, callMillis, deeds);
    }
}
