package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The locks by which a process has compute units of this host for itself until it ends, for schedulers that count units
 * and do not say which. Each lock is on a file in /tmp; the operating system releases it when the process dies. Containers
 * with a /tmp of their own do not see the locks of others. Any thread may ask.
 */
public final class UnitLocks {
    /** Time for a process that is ending to release its units for the next one. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long POLL_MILLIS = 50;

    /** Kept for as long as this process lives. */
    private static final List<LockFile> TAKEN = new ArrayList<>();

    private UnitLocks() {}

    /**
     * Takes free units: of one card if it has enough, else of as few cards as possible. Waits some seconds for units that
     * are taken.
     *
     * @param cards the cards of this host
     * @param unitsPerCard units of each card
     * @param amount how many to take
     * @return addresses {@code BDF/cuN}
     * @throws InvalidInputException if there are too few
     */
    public static List<String> take(List<Card> cards, int unitsPerCard, int amount) {
        Map<String, LockFile> taken = take(LockFile.FOLDER, cards, unitsPerCard, amount, LIMIT);
        synchronized (TAKEN) {
            TAKEN.addAll(taken.values());
        }
        return List.copyOf(taken.keySet());
    }

    /** Takes units until their locks are closed. */
    @SuppressWarnings("try") // the turn is held, not called
    static Map<String, LockFile> take(Path folder, List<Card> cards, int unitsPerCard, int amount, Duration limit) {
        List<List<String>> units =
                cards.stream().map(card -> ofCard(card, unitsPerCard)).toList();
        long total = units.stream().mapToLong(List::size).sum();
        long end = System.nanoTime() + limit.toNanos();
        SortedSet<String> missing = new TreeSet<>();
        while (true) {
            // Two processes that choose at the same time would not see what is free.
            Optional<LockFile> turn = lock(folder, "choice");
            if (turn.isPresent()) {
                try (LockFile held = turn.get()) {
                    Map<String, LockFile> taken = tryTake(folder, units, amount, missing);
                    if (!taken.isEmpty()) {
                        return taken;
                    }
                }
            }
            if (total < amount || System.nanoTime() - end >= 0) {
                throw tooFew(folder, cards.size(), unitsPerCard, amount, missing);
            }
            pause();
        }
    }

    private static List<String> ofCard(Card card, int units) {
        List<String> addresses = new ArrayList<>();
        for (int unit = 1; unit <= units; unit++) {
            addresses.add(card.bdf() + "/cu" + unit);
        }
        return addresses;
    }

    /** Takes all units or none. Adds the units that others have to {@code missing}. */
    private static Map<String, LockFile> tryTake(
            Path folder, List<List<String>> units, int amount, SortedSet<String> missing) {
        missing.clear();
        List<Map<String, LockFile>> free = new ArrayList<>();
        Map<String, LockFile> chosen = new LinkedHashMap<>();
        try {
            for (List<String> ofCard : units) {
                Map<String, LockFile> freeOfCard = new LinkedHashMap<>();
                free.add(freeOfCard);
                for (String address : ofCard) {
                    lock(folder, address)
                            .ifPresentOrElse(lock -> freeOfCard.put(address, lock), () -> missing.add(address));
                }
            }
            if (free.stream().mapToInt(Map::size).sum() >= amount) {
                // First the smallest card with enough units; if there is none, the largest cards.
                List<Map<String, LockFile>> order = new ArrayList<>(free);
                order.sort(Comparator.comparingInt(
                        card -> card.size() >= amount ? card.size() : Integer.MAX_VALUE - card.size()));
                order.stream()
                        .flatMap(card -> card.entrySet().stream())
                        .limit(amount)
                        .forEach(unit -> chosen.put(unit.getKey(), unit.getValue()));
            }
            return chosen;
        } finally {
            free.forEach(card -> card.forEach((address, lock) -> {
                if (!chosen.containsKey(address)) {
                    lock.close();
                }
            }));
        }
    }

    private static Optional<LockFile> lock(Path folder, String what) {
        Path file = folder.resolve(LockFile.name("unit", what));
        try {
            return LockFile.tryLock(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "resource fpga: the file " + file + " cannot be used (" + e + "); make it writable for this user",
                    e);
        }
    }

    private static InvalidInputException tooFew(
            Path folder, int cards, int unitsPerCard, int amount, SortedSet<String> missing) {
        return new InvalidInputException(
                ErrorCode.UNITS_IN_USE,
                "resource fpga: %d compute unit(s) wanted, this host has %d (%d card(s), OCTOSPARK_FPGA_UNITS = %d), taken by others: %s"
                        .formatted(
                                amount,
                                cards * unitsPerCard,
                                cards,
                                unitsPerCard,
                                missing.isEmpty() ? "none" : String.join(", ", missing)),
                "%s"
                        .formatted(
                                cards * unitsPerCard < amount
                                        ? "lower spark.executor.resource.fpga.amount, or offer no such units on this host"
                                        : "end what has them (fuser " + folder.resolve("octospark-unit-*.lock")
                                                + "), or offer fewer units on this host"));
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for compute units", e);
        }
    }
}
