package io.octospark.compute.xrt;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.Watch;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.physics.LinearOperator;
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
 * The cards of a process, see {@link CardPools}. Each card is opened and programmed once, by the first task that needs it.
 * Each unit is lent to one task at a time. Units of one bitstream are equal: a free unit takes the place of a unit that is
 * lent or given up. To give up a unit means not to lend it again. This happens
 *
 * <ul>
 *   <li>when the unit has failed as often as the backend allows,
 *   <li>at once if it hangs, because it can't be opened again,
 *   <li>with all units of the card if the card can't be opened.
 * </ul>
 *
 * <p>Safe for use by several threads.
 */
public final class CardPool {
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

    /** Verdicts that are kept until they are taken. */
    private static final int MOST_VERDICTS = 1000;

    /** A unit, however the card was named. */
    private record Key(Card card, String bitstream, String dotprod) {}

    private final XrtBackend backend;
    private final Xrt xrt;
    private final List<Card> listed;
    private final Map<Card, ProgrammedCard> cards = new HashMap<>();
    private final Set<Key> lent = new HashSet<>();

    /** The last verdict about each unit that has failed. */
    private final Map<Key, UnitVerdict> failing = new HashMap<>();

    /** Cards that can no longer be opened, with what failed. */
    private final Map<Card, String> lost = new HashMap<>();

    private final Deque<UnitVerdict> verdicts = new ArrayDeque<>();

    /** By the place of the card and the number of the unit. */
    private final Map<String, UnitUsage> usages = new TreeMap<>();

    /** Cards where a task has found no unit that still works. */
    private final Set<String> exhausted = new HashSet<>();

    CardPool(XrtBackend backend) {
        this.backend = backend;
        this.xrt = backend.xrt();
        // A host without the runtime has no cards either; that the runtime is missing says more.
        xrt.load();
        this.listed = backend.cards();
    }

    /** Returns what units have done in this process since the pool was made, by {@code BDF/cuN}. */
    public synchronized Map<String, UnitUsage> usages() {
        return Map.copyOf(usages);
    }

    /**
     * Returns the verdicts since the last time that this was asked, in the order of time; the last 1000 if there are more.
     * The tasks of a process share them: the first that asks has those of all tasks.
     */
    public synchronized List<UnitVerdict> takeVerdicts() {
        List<UnitVerdict> taken = List.copyOf(verdicts);
        verdicts.clear();
        return taken;
    }

    /** Returns whether tasks have found no unit that still works on any of these cards, given by their BDF. */
    public synchronized boolean isExhausted(Collection<String> bdfs) {
        return exhausted.containsAll(bdfs);
    }

    /**
     * Opens and programs the card of a unit, so that the first task need not.
     *
     * @throws XrtException if that fails
     */
    public void preload(UnitAddress unit) {
        card(unit).preload(unit);
    }

    /**
     * Lends a unit.
     *
     * @param wanted the unit to lend if it is free
     * @param others units, one of which takes its place if another task has it or it is given up; only units of the same
     *     bitstream do
     * @param ready makes the products ready on the opened unit
     * @param watched puts a watch on products, {@code Watch::on}
     * @throws XrtException if the unit can't be opened, or fails its self-test, or all units are given up
     */
    <P extends LinearOperator> XrtComputeUnit<P> lend(
            UnitAddress wanted,
            List<UnitAddress> others,
            PhaseClock clock,
            BiFunction<CardUnit, UnitMeter, List<P>> ready,
            BiFunction<Watch, P, P> watched) {
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
            List<P> products = ready.apply(unit, meter);
            clock.add(Phase.OPEN, System.nanoTime() - opening - (clock.totalNanos() - inOtherPhases), 0);
            return new XrtComputeUnit<>(this, address, card, meter, products, watched);
        } catch (Throwable e) {
            giveBack(address, failure(e), false);
            throw e;
        }
    }

    /** Returns the failure that counts against the unit; null for faulty input and for failures that no unit is to blame for. */
    private static XrtException failure(Throwable e) {
        return e instanceof XrtException xrt && !NOT_OF_UNITS.contains(xrt.code()) ? xrt : null;
    }

    /**
     * Ends a loan.
     *
     * @param failure how the unit has failed; null if it has not
     * @param stuck whether it is still executing a call
     */
    void giveBack(UnitAddress address, XrtException failure, boolean stuck) {
        boolean opensAgain = false;
        try {
            opensAgain = card(address).giveBack(address, failure != null);
        } finally {
            release(address, failure, stuck || !opensAgain);
        }
    }

    /** @param hopeless whether the unit can't be opened again */
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
        String device = ProgrammedCard.name(key.card());
        UnitVerdict verdict = new UnitVerdict(Instant.now(), address, device, message, times, givenUp);
        failing.put(key, verdict);
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
        if (verdicts.size() == MOST_VERDICTS) {
            verdicts.remove();
        }
        verdicts.add(verdict);
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
                                "correct that and start again");
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
     * Returns the wanted unit and those that may take its place, without those that are given up: units without failures
     * come first, among them the wanted one, then those of cards without failures.
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
        return failing.containsKey(key) ? failing.get(key).message() : lost.get(key.card());
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

    /** Closes all cards. */
    synchronized void close() {
        if (!lent.isEmpty()) {
            throw new InvalidInputException(
                    ErrorCode.CARDS_IN_USE,
                    "cards of this process are in use with other settings: " + lent.size() + " units are lent",
                    "wait for the run that uses them");
        }
        cards.values().forEach(ProgrammedCard::close);
    }
}
