package io.octospark.compute.xrt;

import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.Watch;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.AcceleratorSettings;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import io.octospark.xrt.Card;
import io.octospark.xrt.CardSensors;
import io.octospark.xrt.Xrt;
import io.octospark.xrt.XrtDevice;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.xclbin.Xclbin;
import io.octospark.xrt.xclbin.XclbinMode;
import io.octospark.xrt.xclbin.XclbinReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compute units of the cards of a host through the Xilinx Runtime, or of emulated cards through a library with the same
 * functions.
 *
 * @param emulated whether the cards are emulated
 * @param settings how the cards are used
 * @param environment options of the emulated cards, set in the process that opens them; those of its own environment win
 * @param operator form of the operator: any but the normal operator
 * @param quarantineAfter failures after which a process does not use a unit again, 1 or more
 */
public record XrtBackend(
        boolean emulated,
        AcceleratorSettings settings,
        Map<String, String> environment,
        OperatorForm operator,
        int quarantineAfter)
        implements Backend {
    /** Name of the kind of unit on cards. */
    public static final String KEY = "xrt";
    /** Name of the kind of unit on emulated cards. */
    public static final String EMULATED_KEY = "xrt-emulated";

    private static final long serialVersionUID = 1L;

    public XrtBackend {
        if (operator == OperatorForm.GRAM) {
            throw new IllegalArgumentException("the kernels have no product with the normal operator");
        }
        if (quarantineAfter < 1) {
            throw new IllegalArgumentException("quarantineAfter = " + quarantineAfter);
        }
        environment = Map.copyOf(environment);
    }

    /** Makes a backend that never uses a failed unit again. */
    public XrtBackend(
            boolean emulated, AcceleratorSettings settings, Map<String, String> environment, OperatorForm operator) {
        this(emulated, settings, environment, operator, 1);
    }

    /** Makes such a backend with the dense operator. */
    public XrtBackend(boolean emulated, AcceleratorSettings settings, Map<String, String> environment) {
        this(emulated, settings, environment, OperatorForm.DENSE);
    }

    /** Returns the same backend with another form of the operator. */
    public XrtBackend with(OperatorForm other) {
        return new XrtBackend(emulated, settings, environment, other, quarantineAfter);
    }

    /** Returns the same with another number of failures after which a unit is not used again. */
    @Override
    public XrtBackend quarantineAfter(int failures) {
        return new XrtBackend(emulated, settings, environment, operator, failures);
    }

    /** Returns the backend of each host's own cards. */
    public static XrtBackend ofHost(AcceleratorSettings settings) {
        return new XrtBackend(false, settings, Map.of());
    }

    /** Returns the backend of emulated cards, with the options in the environment of this process. */
    public static XrtBackend emulated(AcceleratorSettings settings) {
        return new XrtBackend(true, settings, EmulatedCards.options(System.getenv()));
    }

    @Override
    public String key() {
        return emulated ? EMULATED_KEY : KEY;
    }

    @Override
    public int residualRefresh() {
        return settings.residualRefresh();
    }

    @Override
    public boolean isOnCards() {
        return true;
    }

    @Override
    public long operatorBytes(InversionProblem problem, int tasks) {
        // The matrix of a grid's own operator is on the card alone.
        OperatorForm inMemory = problem.isLinear() ? operator : OperatorForm.FACTORED;
        return inMemory.bytes(Precision.FLOAT64, problem, tasks * settings.gridsInFlight());
    }

    @Override
    public ComputeUnit<LinearOperator> open(
            UnitAddress address, List<UnitAddress> others, RowOperator operator, PhaseClock clock) {
        return CardPools.ofProcess()
                .of(this)
                .lend(address, others, clock, (unit, meter) -> unit.products(operator, meter), Watch::on);
    }

    @Override
    public ComputeUnit<LoadableOperator> openSlots(
            UnitAddress address, List<UnitAddress> others, int rows, int cells, PhaseClock clock) {
        return CardPools.ofProcess()
                .of(this)
                .lend(address, others, clock, (unit, meter) -> unit.slots(rows, cells, meter), Watch::on);
    }

    /** Returns the number of matrices that a unit has on its card at the same time, in the banks of each kernel. */
    public int matrices(InversionProblem problem) {
        return problem.isLinear() ? 1 : settings.gridsInFlight();
    }

    /** Returns the cards of this host, or the emulated ones. */
    public List<Card> cards() {
        return emulated ? EmulatedCards.list(options()) : Card.ofHost();
    }

    /**
     * Returns the cards of this host that a cluster's scheduler may give to runs: the emulated ones where the
     * environment lists their places on the bus, else those of the driver.
     */
    public static List<Card> offered(Map<String, String> environment) {
        Map<String, String> options = EmulatedCards.options(environment);
        return EmulatedCards.places(options).isEmpty() ? Card.ofHost() : EmulatedCards.list(options);
    }

    /**
     * Opens a card without changing it.
     *
     * @throws XrtException if that fails
     */
    public XrtDevice open(Card card) {
        return xrt().open(card);
    }

    /** Returns the sensors of a card. */
    public CardSensors sensors(Card card) {
        return emulated ? new CardSensors(EmulatedCards.sensors(options(), card)) : CardSensors.of(card.bdf());
    }

    /** Returns the runtime of this host. Nothing is loaded yet. */
    public Xrt xrt() {
        return emulated
                ? Xrt.standIn(EmulatedCards.library(), EmulatedCards.explicit(options()))
                : new Xrt(settings.library(), Map.of());
    }

    /** Returns the options; hosts differ in their cards, so the environment there wins over what the driver found. */
    private Map<String, String> options() {
        Map<String, String> options = new TreeMap<>(environment);
        options.putAll(EmulatedCards.options(System.getenv()));
        return options;
    }

    /**
     * Returns the card that a selector means.
     *
     * @throws InvalidInputException if there is none
     */
    public Card card(List<Card> cards, String selector) {
        return Card.find(cards, selector).orElseGet(() -> {
            // XRT's emulation modes have cards that no system lists.
            if (!emulated && cards.isEmpty() && selector.matches("\\d{1,4}")) {
                return new Card(Integer.parseInt(selector), "", "");
            }
            String found = cards.isEmpty()
                    ? "none"
                    : String.join(
                            ", ",
                            cards.stream()
                                    .map(card -> card.index() + " (" + card.bdf() + ")")
                                    .toList());
            throw new InvalidInputException(
                    ErrorCode.NO_SUCH_CARD,
                    "kernels[].device = " + selector + ": this host has no such card",
                    "name one of its cards, by index, place on the bus or name: " + found);
        });
    }

    /**
     * Returns the bitstream of a unit, see {@link #bitstream(String)}.
     *
     * @throws InvalidInputException also if the file is not the one that the address names
     */
    public Bitstream bitstream(UnitAddress address) {
        Bitstream found = bitstream(address.bitstream());
        String uuid = found.xclbin().uuid().toString();
        boolean takesItsPlace = !found.file().equals(absolute(address.bitstream()));
        if (address.uuid() != null && !takesItsPlace && !address.uuid().equals(uuid)) {
            throw new InvalidInputException(
                    ErrorCode.BITSTREAM_UUID,
                    "kernels[].uuid = %s: %s has the UUID %s on this host"
                            .formatted(address.uuid(), found.file(), uuid),
                    "put the right file there or correct the key");
        }
        return found;
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    /**
     * Returns a bitstream on this host. On emulated cards a design of the catalogue needs no file; it takes the place of a
     * file for real cards.
     *
     * @throws InvalidInputException if the file is missing, damaged, or for something else
     */
    public Bitstream bitstream(String path) {
        Path file = absolute(path);
        Optional<DesignCatalogue.Design> design = DesignCatalogue.bundled().ofBitstream(file);
        try {
            if (!emulated) {
                Xclbin xclbin = XclbinReader.read(file);
                checkMode(xclbin);
                return new Bitstream(file, xclbin, design.map(DesignCatalogue.Design::size));
            }
            Optional<Xclbin> given = Files.exists(file) ? Optional.of(XclbinReader.read(file)) : Optional.empty();
            if (given.isPresent() && given.get().design().mode() != XclbinMode.HW) {
                return new Bitstream(file, given.get(), design.map(DesignCatalogue.Design::size));
            }
            if (design.isEmpty()) {
                throw new InvalidInputException(
                        ErrorCode.BITSTREAM_NOT_FOUND,
                        file + (given.isPresent() ? ": is for real cards" : ": there is no such file")
                                + ", and the catalogue of designs has none for the emulated card in its place",
                        "make one with" + " octospark xclbin create");
            }
            Path made = EmulatedCards.bitstream(design.get());
            return new Bitstream(made, XclbinReader.read(made).named(path), Optional.empty());
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE, file + ": can't be read: " + e.getMessage(), "correct the path");
        }
    }

    /** Checks that the driver that XRT will choose can load it. */
    private static void checkMode(Xclbin xclbin) {
        String mode = System.getenv("XCL_EMULATION_MODE");
        mode = mode == null || mode.isEmpty() ? null : mode;
        XclbinMode needed =
                mode == null ? XclbinMode.HW : mode.equals("hw_emu") ? XclbinMode.HW_EMU : XclbinMode.SW_EMU;
        boolean anyMode = mode != null && mode.equals("noop");
        if (!anyMode && xclbin.design().mode() != needed) {
            throw new InvalidInputException(
                    ErrorCode.BITSTREAM_MODE,
                    "%s: was built for %s, XRT runs %s here (XCL_EMULATION_MODE is %s)"
                            .formatted(xclbin.file(), xclbin.design().mode(), needed, mode == null ? "not set" : mode),
                    "name a file for that");
        }
    }
}
