package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.Card;
import io.octospark.xrt.xclbin.Xclbin;
import io.octospark.xrt.xclbin.XclbinMode;
import io.octospark.xrt.xclbin.XclbinReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulatedCardsTest {
    private static final String CARDS = "OCTOSPARK_EMU_CARDS";
    private static final String BDFS = "OCTOSPARK_EMU_BDFS";

    @Test
    void withoutOptionsThereIsOneCard() {
        Card card = new Card(0, "0000:3b:00.1", "");
        assertThat(EmulatedCards.list(Map.of())).containsExactly(card);
        assertThat(EmulatedCards.list(Map.of(CARDS, "", BDFS, " , "))).containsExactly(card);
    }

    @Test
    void countsCards() {
        assertThat(EmulatedCards.list(Map.of(CARDS, "0"))).isEmpty();
        assertThat(EmulatedCards.list(Map.of(CARDS, " 2 ", "OCTOSPARK_EMU_PLATFORM", "p")))
                .containsExactly(new Card(0, "0000:3b:00.1", "p"), new Card(1, "0000:3c:00.1", "p"));
        List<Card> most = EmulatedCards.list(Map.of(CARDS, "64"));
        assertThat(most).hasSize(64).extracting(Card::bdf).doesNotHaveDuplicates();
        assertThat(most.get(63)).isEqualTo(new Card(63, "0000:7a:00.1", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65", "100", "-1", "two", "1.0"})
    void refusesWhatIsNoNumberOfCards(String cards) {
        assertThatThrownBy(() -> EmulatedCards.list(Map.of(CARDS, cards)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("OCTOSPARK_EMU_CARDS = " + cards + ": must be 0 to 64; correct or unset the variable")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.ENVIRONMENT_VARIABLE);
    }

    @Test
    void placesOnTheBusMayBeGiven() {
        Card first = new Card(0, "0000:65:00.1", "");
        Card second = new Card(1, "0001:03:00.0", "");
        String bdfs = "0000:65:00.1, 0001:03:00.0";
        assertThat(EmulatedCards.list(Map.of(BDFS, bdfs))).containsExactly(first, second);
        assertThat(EmulatedCards.list(Map.of(BDFS, bdfs, CARDS, "2"))).containsExactly(first, second);
    }

    /** As the library does. Filled up, two cards could have one place. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void placesAndNumberOfCardsMustAgree(int cards) {
        assertThatThrownBy(() ->
                        EmulatedCards.list(Map.of(BDFS, "0000:3d:00.1,0000:3e:00.1", CARDS, Integer.toString(cards))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("OCTOSPARK_EMU_BDFS = 0000:3d:00.1,0000:3e:00.1: must name a place for each of the " + cards
                        + " cards of OCTOSPARK_EMU_CARDS; correct or unset one of the variables");
    }

    @Test
    void optionsAreTheVariablesWithThePrefix() {
        assertThat(EmulatedCards.options(
                        Map.of(CARDS, "2", "OCTOSPARK_EMU_FAULT", "", "PATH", "/bin", "MY_OCTOSPARK_EMU_CARDS", "3")))
                .isEqualTo(Map.of(CARDS, "2", "OCTOSPARK_EMU_FAULT", ""));
        assertThat(EmulatedCards.options(Map.of())).isEmpty();
    }

    @Test
    void theLibraryIsToldPlacesAndNumber() {
        assertThat(EmulatedCards.explicit(Map.of())).isEqualTo(Map.of(CARDS, "1", BDFS, "0000:3b:00.1"));
        assertThat(EmulatedCards.explicit(Map.of(CARDS, "2", "OCTOSPARK_EMU_FAULT", "wrong")))
                .isEqualTo(Map.of(CARDS, "2", BDFS, "0000:3b:00.1,0000:3c:00.1", "OCTOSPARK_EMU_FAULT", "wrong"));
        assertThat(EmulatedCards.explicit(Map.of(CARDS, "0"))).isEqualTo(Map.of(CARDS, "0", BDFS, ""));
    }

    @Test
    void everyDesignOfTheCatalogueIsThere() throws IOException {
        for (DesignCatalogue.Design design : DesignCatalogue.bundled().designs()) {
            Xclbin xclbin = XclbinReader.read(EmulatedCards.bitstream(design));
            assertThat(xclbin.design().mode()).isEqualTo(XclbinMode.SW_EMU);
            assertThat(xclbin.design().size()).hasValue(design.size());
            assertThat(xclbin.design().platform()).isEqualTo(design.platform());
            assertThat(xclbin.design().units()).hasSize(2 * design.units());
        }
    }

    @Test
    void aDesignWithoutKernelsInTheBuildIsRefused() {
        DesignCatalogue.Design known = DesignCatalogue.bundled().designs().get(0);
        DesignCatalogue.Design unknown = new DesignCatalogue.Design(
                "3_5_1CU", known.xclbin(), known.platform(), 3, 5, known.units(), known.functions());
        assertThatThrownBy(() -> EmulatedCards.bitstream(unknown))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("the emulated card (kernels_3_5.so) is not in this build of OctoSpark; build it with ./mvnw"
                        + " package, which needs g++ and make")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.EMULATOR_MISSING);
    }
}
