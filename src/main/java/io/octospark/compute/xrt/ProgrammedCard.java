package io.octospark.compute.xrt;

import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.error.ErrorCode;
import io.octospark.xrt.Card;
import io.octospark.xrt.CardLock;
import io.octospark.xrt.Xrt;
import io.octospark.xrt.XrtDevice;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A card of this process with its bitstream and the units that are in use. It is opened and programmed once, under a lock
 * of the host: two processes that program one card at the same time can hang it.
 */
final class ProgrammedCard implements AutoCloseable {
    /** Programming a card takes some seconds, and several processes may wait for it. */
    private static final Duration LOCK_LIMIT = Duration.ofMinutes(5);

    private final Xrt xrt;
    private final Card card;
    private final XrtBackend backend;
    private final Map<String, CardUnit> units = new HashMap<>();
    private final Set<String> inUse = new HashSet<>();
    private final PowerSampler power;
    private XrtDevice device;
    private Path bitstream;

    ProgrammedCard(Xrt xrt, Card card, XrtBackend backend) {
        this.xrt = xrt;
        this.card = card;
        this.backend = backend;
        power = new PowerSampler(name(), backend.sensors(card));
    }

    /**
     * Returns a unit for one user until it is {@linkplain #giveBack given back}. Opens and programs the card if needed.
     */
    @SuppressWarnings("try") // the lock is held, not called
    synchronized CardUnit use(UnitAddress address, UnitMeter meter) {
        Bitstream wanted = backend.bitstream(address);
        UnitDesign design = wanted.unit(address);
        String name = address.dotprod().name();
        awaitOtherUsers(wanted.file());
        CardUnit unit = wanted.file().equals(bitstream) ? units.get(name) : null;
        if (unit == null) {
            try (CardLock lock = CardLock.acquire(backend.key() + "-" + name(), LOCK_LIMIT)) {
                if (!wanted.file().equals(bitstream)) {
                    program(wanted.file(), meter.clock());
                }
                unit = new CardUnit(device, design, backend.settings());
                units.put(name, unit);
            }
        }
        if (inUse.isEmpty()) {
            power.start();
        }
        inUse.add(name);
        return unit;
    }

    /** Opens and programs the card for a unit, if needed. */
    @SuppressWarnings("try") // the lock is held, not called
    synchronized void preload(UnitAddress address) {
        Path file = backend.bitstream(address).file();
        awaitOtherUsers(file);
        if (!file.equals(bitstream)) {
            try (CardLock lock = CardLock.acquire(backend.key() + "-" + name(), LOCK_LIMIT)) {
                program(file, new PhaseClock());
            }
        }
    }

    /**
     * Waits until no unit of another bitstream is in use. A run gives each card one bitstream; when a host is gone, its
     * grids bring their bitstream to the cards of another host.
     */
    private void awaitOtherUsers(Path file) {
        try {
            while (!inUse.isEmpty() && !file.equals(bitstream)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw XrtTarget.card(name())
                    .failure(
                            ErrorCode.INTERRUPTED,
                            "open",
                            "interrupted while the card is in use with " + bitstream,
                            "start again");
        }
    }

    private void program(Path file, PhaseClock clock) {
        if (device == null) {
            device = xrt.open(card);
        }
        closeUnits();
        long start = System.nanoTime();
        device.load(file);
        bitstream = file;
        clock.addSince(Phase.PROGRAM, start);
    }

    /**
     * Ends the use of a unit. A unit that has failed is closed; calls that the card still executes are abandoned.
     *
     * @return whether it can be opened again: a unit that hangs can't
     */
    synchronized boolean giveBack(UnitAddress address, boolean failed) {
        String name = address.dotprod().name();
        if (inUse.remove(name) && inUse.isEmpty()) {
            power.stop();
            notifyAll();
        }
        CardUnit unit = failed ? units.remove(name) : null;
        if (unit == null) {
            return true;
        }
        unit.close();
        return !unit.isHanging();
    }

    /** Returns whether the card can't be opened, so that none of its units is worth a try. */
    @SuppressWarnings("try") // opened, not used
    boolean isLost() {
        try (XrtDevice again = xrt.open(card)) {
            return false;
        } catch (XrtException e) {
            return true;
        }
    }

    /** Returns the samples of the card's sensors since the last time that this was asked. */
    List<DeviceSample> takeSamples() {
        return power.take();
    }

    /** Returns the card's name for messages and tables. */
    String name() {
        return name(card);
    }

    static String name(Card card) {
        return card.bdf().isEmpty() ? Integer.toString(card.index()) : card.bdf();
    }

    /** Returns the UUID of the design on the card. */
    synchronized String xclbinUuid() {
        return device.xclbin().orElseThrow().toString();
    }

    private void closeUnits() {
        units.values().forEach(CardUnit::close);
        units.clear();
        bitstream = null;
    }

    @Override
    public synchronized void close() {
        closeUnits();
        if (device != null) {
            device.close();
            device = null;
        }
    }
}
