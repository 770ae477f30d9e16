package io.octospark.placement;

import io.octospark.compute.UnitAddress;
import io.octospark.config.KernelSpec;
import io.octospark.config.KernelSpec.Function;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.Card;
import io.octospark.xrt.xclbin.DesignSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Placement of kernels on the cards of their hosts. A card holds one bitstream at a time, and a compute unit serves one
 * partition. Kernels that name no host share the cards of one host.
 */
public final class CardPlacement {
    private static final int MAX_CARDS = 1000;

    /**
     * A card of a host. The host has its name from the experiment. The card has its index if it is known, else its name
     * from the experiment.
     */
    private record Place(String host, String card) {}

    /** Bitstreams on the cards so far. */
    private final Map<Place, String> bitstreams = new HashMap<>();

    /** Kernel instances in use. */
    private final Map<Place, Set<String>> taken = new HashMap<>();

    private final List<Card> cards;

    private CardPlacement(List<Card> cards) {
        this.cards = cards;
    }

    /**
     * Returns the units of kernels, in the order of the kernels. A kernel without a device gets the first card with
     * room for its bitstream and its units.
     *
     * @param cards the cards, to recognise different names of one card; empty if they can't be seen
     * @throws InvalidInputException if kernels that name one card do not fit on it together
     */
    public static List<UnitAddress> ofKernels(List<KernelSpec> kernels, List<Card> cards) {
        CardPlacement placement = new CardPlacement(cards);
        List<List<UnitAddress>> units = new ArrayList<>();
        // Kernels that name a card come first; the others take what is left.
        for (boolean named : new boolean[] {true, false}) {
            for (int i = 0; i < kernels.size(); i++) {
                if (units.size() <= i) {
                    units.add(List.of());
                }
                KernelSpec kernel = kernels.get(i);
                if ((kernel.device() != null) == named) {
                    units.set(i, named ? placement.onNamedCard(kernel, i) : placement.onFirstCard(kernel));
                }
            }
        }
        return units.stream().flatMap(List::stream).toList();
    }

    /** Returns equal units: all units of a bitstream on one card after the other, until there are enough. */
    public static List<UnitAddress> copies(KernelSpec kernel, int units) {
        if (kernel.device() != null) {
            if (units > kernel.instances()) {
                throw new InvalidInputException(
                        ErrorCode.TOO_FEW_UNITS,
                        "--units = %d: the first kernel has %d units and its device, %s, is one card"
                                .formatted(units, kernel.instances(), kernel.device()),
                        "ask for fewer or remove the device");
            }
            return units(kernel, kernel.device()).subList(0, units);
        }
        List<UnitAddress> addresses = new ArrayList<>();
        for (int card = 0; addresses.size() < units; card++) {
            for (int unit = 0; unit < kernel.instances() && addresses.size() < units; unit++) {
                addresses.add(address(kernel, unit, Integer.toString(card)));
            }
        }
        return addresses;
    }

    private List<UnitAddress> onNamedCard(KernelSpec kernel, int index) {
        String card = kernel.device();
        List<UnitAddress> units = units(kernel, card);
        if (!fits(units)) {
            throw new InvalidInputException(
                    ErrorCode.CARD_TAKEN,
                    "kernels[%d].device = %s: another kernel has put %s on that card, or takes the same units"
                            .formatted(index, card, bitstreams.get(place(units))),
                    "give each a card of its own");
        }
        return take(units);
    }

    private List<UnitAddress> onFirstCard(KernelSpec kernel) {
        for (int card = 0; card < MAX_CARDS; card++) {
            List<UnitAddress> units = units(kernel, Integer.toString(card));
            if (fits(units)) {
                return take(units);
            }
        }
        throw new InvalidInputException(
                ErrorCode.TOO_FEW_CARDS,
                "kernels: more than " + MAX_CARDS + " cards would be needed",
                "use fewer kernels");
    }

    private boolean fits(List<UnitAddress> units) {
        String bitstream = units.get(0).bitstream();
        Set<String> others = taken.getOrDefault(place(units), Set.of());
        return bitstreams.getOrDefault(place(units), bitstream).equals(bitstream)
                && units.stream().flatMap(CardPlacement::instances).noneMatch(others::contains);
    }

    private List<UnitAddress> take(List<UnitAddress> units) {
        Place place = place(units);
        bitstreams.put(place, units.get(0).bitstream());
        Set<String> names = taken.computeIfAbsent(place, key -> new HashSet<>());
        units.stream().flatMap(CardPlacement::instances).forEach(names::add);
        return units;
    }

    private Place place(List<UnitAddress> units) {
        String named = units.get(0).card();
        String card = Card.find(cards, named)
                .map(known -> Integer.toString(known.index()))
                .orElse(named);
        return new Place(units.get(0).host(), card);
    }

    private static Stream<String> instances(UnitAddress unit) {
        return Stream.of(unit.dotprod().name(), unit.update().name());
    }

    private static List<UnitAddress> units(KernelSpec kernel, String card) {
        List<UnitAddress> units = new ArrayList<>();
        for (int unit = 0; unit < kernel.instances(); unit++) {
            units.add(address(kernel, unit, card));
        }
        return units;
    }

    private static UnitAddress address(KernelSpec kernel, int unit, String card) {
        DesignSize size = kernel.rows() > 0 ? new DesignSize(kernel.rows(), kernel.cols()) : null;
        if (kernel.functions().isEmpty()) {
            return new UnitAddress(
                    kernel.host(),
                    card,
                    kernel.pathToBitstream(),
                    size,
                    new Function("dotprod_" + (unit + 1), List.of()),
                    new Function("update_" + (unit + 1), List.of()),
                    kernel.uuid());
        }
        List<Function> functions = kernel.functions().get(unit);
        return new UnitAddress(
                kernel.host(), card, kernel.pathToBitstream(), size, functions.get(0), functions.get(1), kernel.uuid());
    }
}
