package io.octospark.compute.xrt;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.model.InvalidInputException;
import io.octospark.xrt.Card;
import io.octospark.xrt.Xrt;
import io.octospark.xrt.XrtException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cards of this process. Each is opened and programmed once, by the first task that needs it; each unit is lent to one
 * task at a time. Units of one bitstream are equal: one that is free takes the place of one that is lent, or that has
 * failed and is not lent again.
 */
final class CardPool {
    private static final Logger LOGGER = LoggerFactory.getLogger(CardPool.class);

    /** Calls whose failure is not the unit's: the lock of the host, the library, the pool itself. */
    private static final Set<String> FAULTLESS = Set.of("lock", "load", "open");

    /** The pool of this process: a card can't be in two. */
    private static CardPool current;

    /** A unit, however the card was named. */
    private record Key(Card card, String bitstream, String dotprod) {}

    private final XrtBackend backend;
    private final Xrt xrt;
    private final List<Card> listed;
    private final Map<Card, ProgrammedCard> cards = new HashMap<>();
    private final Set<Key> lent = new HashSet<>();
    private final Map<Key, String> failures = new LinkedHashMap<>();

    /** By the place of the card and the number of the unit. */
    private final Map<String, UnitUsage> usages = new TreeMap<>();

    /** Cards where a task has found no unit that still works. */
    private final Set<String> exhausted = new HashSet<>();

    private CardPool(XrtBackend backend) {
        this.backend = backend;
        this.xrt = backend.xrt();
        // A host without the runtime has no cards either; that the runtime is missing says more.
        xrt.load();
        this.listed = backend.cards();
    }

    /**
     * The pool of this process. Closes that of another backend, or of other settings.
     *
     * @throws InvalidInputException if units of the other are lent
     */
    static synchronized CardPool of(XrtBackend backend) {
        if (current == null || !current.backend.equals(backend)) {
            closeAll();
            current = new CardPool(backend);
        }
        return current;
    }

    /** Closes all cards of this process and forgets which units have failed. */
    static synchronized void closeAll() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    /** What units have done in this process since the pool was made, by {@code BDF/cuN}. */
    static synchronized Map<String, UnitUsage> usages() {
        return current == null ? Map.of() : current.copyOfUsages();
    }

    private synchronized Map<String, UnitUsage> copyOfUsages() {
        return Map.copyOf(usages);
    }

    /** Whether tasks of this process have found no unit that still works on any of these cards. */
    static synchronized boolean isExhausted(Collection<String> bdfs) {
        return current != null && current.haveNoUnitLeft(bdfs);
    }

    private synchronized boolean haveNoUnitLeft(Collection<String> bdfs) {
        return exhausted.containsAll(bdfs);
    }

    /**
     * Opens and programs the card of a unit, so that the first task need not.
     *
     * @throws XrtException if that fails
     */
    void preload(UnitAddress unit) {
        card(unit).preload(unit);
    }

    /**
     * Lends a unit.
     *
     * @param wanted the unit to have if it is free
     * @param others of these one of the same bitstream takes its place if another task has it, or if it has failed
     * @param ready makes an operator, or the places for them, ready on it
     * @throws XrtException if the unit can't be opened, or fails its self-test, or all units have failed
     */
    XrtComputeUnit lend(
            UnitAddress wanted,
            List<UnitAddress> others,
            PhaseClock clock,
            BiFunction<CardUnit, UnitMeter, CardUnit.Access> ready) {
        long start = System.nanoTime();
        UnitAddress address = take(wanted, others);
        clock.addSince(Phase.QUEUE, start);
        long opening = System.nanoTime();
        long inOtherPhases = clock.totalNanos();
        UnitMeter meter = new UnitMeter(clock);
        usage(address).lent(meter);
        ProgrammedCard card;
        CardUnit unit;
        try {
            card = card(address);
            unit = card.use(address, meter);
        } catch (Throwable e) {
            release(address, failure(e));
            throw e;
        }
        try {
            CardUnit.Access access = ready.apply(unit, meter);
            clock.add(Phase.OPEN, System.nanoTime() - opening - (clock.totalNanos() - inOtherPhases), 0);
            return new XrtComputeUnit(this, address, card.name(), card.xclbinUuid(), access, meter);
        } catch (Throwable e) {
            giveBack(address, failure(e));
            throw e;
        }
    }

    /** What a unit is given up for: failures of calls, not input that does not fit. */
    private static String failure(Throwable e) {
        return e instanceof XrtException xrt && !FAULTLESS.contains(xrt.call()) ? e.getMessage() : null;
    }

    /**
     * Ends a loan.
     *
     * @param failure what the unit is given up for, or null
     */
    void giveBack(UnitAddress address, String failure) {
        card(address).giveBack(address, failure != null);
        release(address, failure);
    }

    private synchronized void release(UnitAddress address, String failure) {
        if (failure != null) {
            failures.put(key(address), failure);
            LOGGER.error("This process gives up a compute unit: {}", failure);
        }
        usage(address).givenBack(failure != null);
        lent.remove(key(address));
        notifyAll();
    }

    List<DeviceSample> takeSamples(UnitAddress address) {
        return card(address).takeSamples();
    }

    XrtBackend backend() {
        return backend;
    }

    private synchronized UnitAddress take(UnitAddress wanted, List<UnitAddress> others) {
        while (true) {
            List<UnitAddress> healthy = healthy(wanted, others);
            if (healthy.isEmpty()) {
                exhausted.add(ProgrammedCard.name(key(wanted).card()));
                throw XrtException.of(
                        wanted.card(),
                        wanted.dotprod().name(),
                        "open",
                        "no unit of " + wanted.bitstream() + " is left; it failed with",
                        failures.get(key(wanted)),
                        null,
                        "mend that and start again");
            }
            for (UnitAddress address : healthy) {
                if (lent.add(key(address))) {
                    return address;
                }
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw XrtException.of(
                        wanted.card(),
                        wanted.dotprod().name(),
                        "open",
                        "interrupted while another task has the unit",
                        null,
                        null,
                        "start again");
            }
        }
    }

    /** The wanted unit if it has not failed, and those that may take its place, of cards without failures first. */
    private List<UnitAddress> healthy(UnitAddress wanted, List<UnitAddress> others) {
        Set<Card> faulty = failures.keySet().stream().map(Key::card).collect(Collectors.toSet());
        List<UnitAddress> healthy = new ArrayList<>();
        if (!failures.containsKey(key(wanted))) {
            healthy.add(wanted);
        }
        for (boolean onFaultyCard : new boolean[] {false, true}) {
            others.stream()
                    .filter(address -> address.bitstream().equals(wanted.bitstream()))
                    .filter(address -> !failures.containsKey(key(address)))
                    .filter(address -> faulty.contains(key(address).card()) == onFaultyCard)
                    .forEach(healthy::add);
        }
        return healthy;
    }

    private synchronized ProgrammedCard card(UnitAddress address) {
        return cards.computeIfAbsent(key(address).card(), card -> new ProgrammedCard(xrt, card, backend));
    }

    private synchronized UnitUsage usage(UnitAddress address) {
        String unit = ProgrammedCard.name(key(address).card()) + "/cu" + address.cu();
        return usages.computeIfAbsent(unit, name -> new UnitUsage());
    }

    private Key key(UnitAddress address) {
        return new Key(
                backend.card(listed, address.card()),
                address.bitstream(),
                address.dotprod().name());
    }

    private synchronized void close() {
        if (!lent.isEmpty()) {
            throw new InvalidInputException("cards of this process are in use with other settings: " + lent.size()
                    + " units are lent; wait for the run that uses them");
        }
        cards.values().forEach(ProgrammedCard::close);
    }
}
