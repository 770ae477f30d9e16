package io.octospark.compute.xrt;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.Card;
import io.octospark.xrt.Xrt;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtTarget;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cards of this process. Each is opened and programmed once, by the first task that needs it; each unit is lent to one
 * task at a time. Units of one bitstream are equal: one that is free takes the place of one that is lent, or that is given
 * up. A unit is given up, which means not lent again, when it has failed as often as the backend allows. At once if it
 * hangs, as it can't be opened anew; and with all others of its card if that can't even be opened.
 */
final class CardPool {
    private static final Logger LOGGER = LoggerFactory.getLogger(CardPool.class);

    /** Failures that no unit is to blame for: those of the host's locks, of the runtime and of the pool itself. */
    private static final Set<ErrorCode> NOT_OF_UNITS = EnumSet.of(
            ErrorCode.CARD_LOCKED,
            ErrorCode.XRT_NOT_LOADED,
            ErrorCode.ENVIRONMENT_VARIABLE,
            ErrorCode.UNITS_EXHAUSTED,
            ErrorCode.INTERRUPTED);

    /** The call that failures of the pool name. */
    private static final String OPEN = "open";

    /** Failures that are kept for who asks. */
    private static final int MOST_FAILURES = 1000;

    /** The pool of this process: a card can't be in two. */
    private static CardPool current;

    /** A unit, however the card was named. */
    private record Key(Card card, String bitstream, String dotprod) {}

    /** How often a unit has failed, and how at last. */
    private record Failing(int times, String last, boolean givenUp) {}

    private final XrtBackend backend;
    private final Xrt xrt;
    private final List<Card> listed;
    private final Map<Card, ProgrammedCard> cards = new HashMap<>();
    private final Set<Key> lent = new HashSet<>();
    private final Map<Key, Failing> failing = new HashMap<>();

    /** Cards that can't be opened any more, with what failed. */
    private final Map<Card, String> lost = new HashMap<>();

    private final Deque<UnitFailure> failures = new ArrayDeque<>();

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

    /** The failures in this process since somebody last asked, the last ones if they are very many. */
    static synchronized List<UnitFailure> takeFailures() {
        return current == null ? List.of() : current.takeOwnFailures();
    }

    private synchronized List<UnitFailure> takeOwnFailures() {
        List<UnitFailure> taken = List.copyOf(failures);
        failures.clear();
        return taken;
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
     * @param others of these one of the same bitstream takes its place if another task has it, or if it is given up
     * @param ready makes an operator, or the places for them, ready on it
     * @throws XrtException if the unit can't be opened, or fails its self-test, or all units are given up
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
            release(address, failure(e), false);
            throw e;
        }
        try {
            CardUnit.Access access = ready.apply(unit, meter);
            clock.add(Phase.OPEN, System.nanoTime() - opening - (clock.totalNanos() - inOtherPhases), 0);
            return new XrtComputeUnit(this, address, card.name(), card.xclbinUuid(), access, meter);
        } catch (Throwable e) {
            giveBack(address, failure(e), false);
            throw e;
        }
    }

    /** What counts against a unit: failures of calls, not input that does not fit. */
    private static XrtException failure(Throwable e) {
        return e instanceof XrtException xrt && !NOT_OF_UNITS.contains(xrt.code()) ? xrt : null;
    }

    /**
     * Ends a loan.
     *
     * @param failure how the unit has failed, or null
     * @param stuck whether it is still at work
     */
    void giveBack(UnitAddress address, XrtException failure, boolean stuck) {
        boolean opensAnew = card(address).giveBack(address, failure != null);
        release(address, failure, stuck || !opensAnew);
    }

    /** @param hopeless whether it is no use to open the unit anew */
    private void release(UnitAddress address, XrtException failure, boolean hopeless) {
        // Outside the lock, as it takes the driver some time.
        boolean cardLost = failure != null && card(address).isLost();
        synchronized (this) {
            if (failure != null) {
                failed(address, failure.getMessage(), hopeless, cardLost);
            }
            usage(address).givenBack(failure != null);
            lent.remove(key(address));
            notifyAll();
        }
    }

    private void failed(UnitAddress address, String message, boolean hopeless, boolean cardLost) {
        Key key = key(address);
        int times = times(key) + 1;
        boolean givenUp = cardLost || hopeless || times >= backend.quarantineAfter();
        failing.put(key, new Failing(times, message, givenUp));
        String device = ProgrammedCard.name(key.card());
        if (cardLost) {
            lost.put(key.card(), message);
            LOGGER.error(
                    "This process gives up all compute units of card {}, which can't be opened: {}", device, message);
        } else if (givenUp) {
            LOGGER.error("This process gives up a compute unit: {}", message);
        } else {
            LOGGER.warn(
                    "A compute unit has failed, {} of {} times before it is given up: {}",
                    times,
                    backend.quarantineAfter(),
                    message);
        }
        if (failures.size() == MOST_FAILURES) {
            failures.remove();
        }
        failures.add(new UnitFailure(Instant.now(), address, device, message, givenUp, cardLost));
    }

    List<DeviceSample> takeSamples(UnitAddress address) {
        return card(address).takeSamples();
    }

    XrtBackend backend() {
        return backend;
    }

    private synchronized UnitAddress take(UnitAddress wanted, List<UnitAddress> others) {
        while (true) {
            List<UnitAddress> usable = usable(wanted, others);
            if (usable.isEmpty()) {
                exhausted.add(ProgrammedCard.name(key(wanted).card()));
                throw target(wanted)
                        .failure(
                                ErrorCode.UNITS_EXHAUSTED,
                                OPEN,
                                "no unit of " + wanted.bitstream() + " is left; it failed with: "
                                        + lastFailure(key(wanted)),
                                "mend that and start again");
            }
            for (UnitAddress address : usable) {
                if (lent.add(key(address))) {
                    return address;
                }
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw target(wanted)
                        .failure(
                                ErrorCode.INTERRUPTED,
                                OPEN,
                                "interrupted while another task has the unit",
                                "start again");
            }
        }
    }

    /**
     * The wanted unit and those that may take its place, without those that are given up: the ones without failures first,
     * of these the wanted one, then those of cards without failures.
     */
    private List<UnitAddress> usable(UnitAddress wanted, List<UnitAddress> others) {
        Set<Card> faulty = failing.keySet().stream().map(Key::card).collect(Collectors.toSet());
        Comparator<UnitAddress> order = Comparator.<UnitAddress>comparingInt(address -> times(key(address)))
                .thenComparing(address -> !key(address).equals(key(wanted)))
                .thenComparing(address -> faulty.contains(key(address).card()));
        return Stream.concat(Stream.of(wanted), others.stream())
                .filter(address -> address.bitstream().equals(wanted.bitstream()))
                .filter(address -> !isGivenUp(key(address)))
                .sorted(order)
                .toList();
    }

    private static XrtTarget target(UnitAddress address) {
        return XrtTarget.card(address.card()).unit(address.dotprod().name());
    }

    private int times(Key key) {
        return failing.containsKey(key) ? failing.get(key).times() : 0;
    }

    private boolean isGivenUp(Key key) {
        return lost.containsKey(key.card())
                || (failing.containsKey(key) && failing.get(key).givenUp());
    }

    private String lastFailure(Key key) {
        return failing.containsKey(key) ? failing.get(key).last() : lost.get(key.card());
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
            throw new InvalidInputException(
                    ErrorCode.CARDS_IN_USE,
                    "cards of this process are in use with other settings: " + lent.size() + " units are lent",
                    "wait for the run that uses them");
        }
        cards.values().forEach(ProgrammedCard::close);
    }
}
