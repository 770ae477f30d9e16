package io.octospark.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.UnitAddress;
import io.octospark.config.KernelSpec;
import io.octospark.config.KernelSpec.Function;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.Card;
import io.octospark.xrt.xclbin.DesignSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardPlacementTest {
    private static final List<Card> CARDS =
            List.of(new Card(0, "0000:3b:00.1", "u280"), new Card(1, "0000:3c:00.1", "u250"));

    private static KernelSpec kernel(String bitstream, int instances, String device, List<List<Function>> functions) {
        return new KernelSpec(bitstream, instances, 0, functions, null, device, 0, 0, null, null);
    }

    private static KernelSpec kernel(String bitstream, int instances, String device) {
        return kernel(bitstream, instances, device, List.of());
    }

    /** Units of these numbers in the bitstream. */
    private static List<List<Function>> functions(int... numbers) {
        List<List<Function>> functions = new ArrayList<>();
        for (int number : numbers) {
            functions.add(List.of(
                    new Function("dotprod_" + number, Collections.nCopies(3, "DDR0")),
                    new Function("update_" + number, Collections.nCopies(3, "DDR1"))));
        }
        return functions;
    }

    /** Card, bitstream and instances of each unit. */
    private static List<String> shown(List<UnitAddress> units) {
        return units.stream()
                .map(unit -> String.join(
                        " ",
                        unit.card(),
                        unit.bitstream(),
                        unit.dotprod().name(),
                        unit.update().name()))
                .toList();
    }

    private static List<String> placed(KernelSpec... kernels) {
        return shown(CardPlacement.ofKernels(List.of(kernels), CARDS));
    }

    @Test
    void aUnitHasWhatTheKernelSays() {
        KernelSpec kernel = new KernelSpec("a.xclbin", 1, 0, functions(3), "host", "0000:3c:00.1", 7, 5, null, null);

        assertThat(CardPlacement.ofKernels(List.of(kernel), CARDS))
                .containsExactly(new UnitAddress(
                        "host",
                        "0000:3c:00.1",
                        "a.xclbin",
                        new DesignSize(7, 5),
                        new Function("dotprod_3", List.of("DDR0", "DDR0", "DDR0")),
                        new Function("update_3", List.of("DDR1", "DDR1", "DDR1")),
                        null));
        assertThat(CardPlacement.ofKernels(List.of(kernel), CARDS).get(0).cu()).isEqualTo(3);
    }

    @Test
    void withoutFunctionsUnitsAreCountedAndBanksLeftToTheBitstream() {
        assertThat(CardPlacement.ofKernels(List.of(kernel("a", 2, null)), CARDS))
                .containsExactly(
                        new UnitAddress(
                                null,
                                "0",
                                "a",
                                null,
                                new Function("dotprod_1", List.of()),
                                new Function("update_1", List.of()),
                                null),
                        new UnitAddress(
                                null,
                                "0",
                                "a",
                                null,
                                new Function("dotprod_2", List.of()),
                                new Function("update_2", List.of()),
                                null));
    }

    @Test
    void kernelsWithoutADeviceGetTheFirstCardWithRoom() {
        assertThat(placed(kernel("a", 1, null), kernel("b", 1, null), kernel("a", 1, null, functions(2))))
                .containsExactly("0 a dotprod_1 update_1", "1 b dotprod_1 update_1", "0 a dotprod_2 update_2");
    }

    @Test
    void kernelsWithADeviceGoFirstButUnitsKeepTheirOrder() {
        assertThat(placed(kernel("a", 2, null), kernel("b", 1, "0"), kernel("c", 1, "2"), kernel("d", 1, null)))
                .containsExactly(
                        "1 a dotprod_1 update_1",
                        "1 a dotprod_2 update_2",
                        "0 b dotprod_1 update_1",
                        "2 c dotprod_1 update_1",
                        "3 d dotprod_1 update_1");
    }

    @Test
    void kernelsOfOneBitstreamShareACardWithDifferentUnits() {
        assertThat(placed(kernel("a", 1, "1", functions(1)), kernel("a", 2, "1", functions(3, 2))))
                .containsExactly("1 a dotprod_1 update_1", "1 a dotprod_3 update_3", "1 a dotprod_2 update_2");
        assertThat(placed(kernel("a", 1, null, functions(2)), kernel("a", 1, null)))
                .containsExactly("0 a dotprod_2 update_2", "0 a dotprod_1 update_1");
    }

    @Test
    void kernelsOfOneBitstreamWithTheSameUnitsGetCardsOfTheirOwn() {
        assertThat(placed(kernel("a", 1, null), kernel("a", 2, null)))
                .containsExactly("0 a dotprod_1 update_1", "1 a dotprod_1 update_1", "1 a dotprod_2 update_2");
    }

    @Test
    void halfAUnitIsNoRoom() {
        List<List<Function>> crossed = List.of(List.of(
                new Function("dotprod_2", Collections.nCopies(3, "DDR0")),
                new Function("update_1", Collections.nCopies(3, "DDR1"))));

        assertThat(placed(kernel("a", 1, null), kernel("a", 1, null, crossed)))
                .containsExactly("0 a dotprod_1 update_1", "1 a dotprod_2 update_1");
    }

    @Test
    void twoBitstreamsOnOneCardAreRefused() {
        assertThatThrownBy(() -> placed(kernel("a", 1, "0000:3b:00.1"), kernel("b", 1, "0000:3b:00.1")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kernels[1].device = 0000:3b:00.1: another kernel has put a on that card, or takes the same"
                        + " units; give each a card of its own");
    }

    @Test
    void oneUnitTwiceOnOneCardIsRefused() {
        assertThatThrownBy(() -> placed(kernel("b", 1, null), kernel("a", 2, "1"), kernel("a", 1, "1", functions(2))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "kernels[2].device = 1: another kernel has put a on that card, or takes the same units; give"
                                + " each a card of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000:3b:00.1", "3B:00.1", "u280"})
    void theNamesOfACardMeanOneCard(String name) {
        assertThatThrownBy(() -> placed(kernel("a", 1, "0"), kernel("b", 1, name)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kernels[1].device = " + name + ": another kernel has put a on that card, or takes the same"
                        + " units; give each a card of its own");
        assertThat(placed(kernel("a", 1, name), kernel("b", 1, null)))
                .containsExactly(name + " a dotprod_1 update_1", "1 b dotprod_1 update_1");
    }

    @Test
    void cardsOfOtherHostsAreKnownByTheirNamesAlone() {
        assertThat(shown(CardPlacement.ofKernels(
                        List.of(kernel("a", 1, "u280"), kernel("b", 1, null), kernel("c", 1, "9")), List.of())))
                .containsExactly("u280 a dotprod_1 update_1", "0 b dotprod_1 update_1", "9 c dotprod_1 update_1");
    }

    @Test
    void thereAreAtMostAThousandCards() {
        List<KernelSpec> kernels = new ArrayList<>(Collections.nCopies(1000, kernel("a", 1, null)));
        assertThat(CardPlacement.ofKernels(kernels, List.of()).get(999).card()).isEqualTo("999");
        kernels.add(kernel("b", 1, null));
        assertThatThrownBy(() -> CardPlacement.ofKernels(kernels, List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kernels: more than 1000 cards would be needed; use fewer kernels")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.TOO_FEW_CARDS);
    }

    @Test
    void copiesFillCardAfterCard() {
        assertThat(shown(CardPlacement.copies(kernel("a", 2, null, functions(2, 1)), 5)))
                .containsExactly(
                        "0 a dotprod_2 update_2",
                        "0 a dotprod_1 update_1",
                        "1 a dotprod_2 update_2",
                        "1 a dotprod_1 update_1",
                        "2 a dotprod_2 update_2");
        assertThat(shown(CardPlacement.copies(kernel("a", 2, null), 1))).containsExactly("0 a dotprod_1 update_1");
    }
}
