package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.UnitAddress;
import io.octospark.config.AcceleratorSettings;
import io.octospark.config.KernelSpec.Function;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.Card;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.XclbinMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cards and bitstreams that a backend finds on this host; no card is opened. */
class XrtBackendTest {
    private static final String CATALOGUED = "bitstreams/1000_100_1CU/1000_100_1cu.xclbin";

    @TempDir
    private Path folder;

    private final XrtBackend real = XrtBackend.ofHost(AcceleratorSettings.DEFAULT);
    private final XrtBackend emulated = new XrtBackend(true, AcceleratorSettings.DEFAULT, Map.of());

    private static void assertRefused(XrtBackend backend, Path file, String problem) {
        assertThatThrownBy(() -> backend.bitstream(file.toString()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + problem);
    }

    @Test
    void aClusterIsOfferedEmulatedCardsThatAreListedAndElseThoseOfTheHost() {
        Map<String, String> listed = Map.of("OCTOSPARK_EMU_BDFS", "0000:65:00.1, 0001:03:00.0");
        assertThat(XrtBackend.offered(listed)).extracting(Card::bdf).containsExactly("0000:65:00.1", "0001:03:00.0");
        assertThat(XrtBackend.offered(Map.of("OCTOSPARK_EMU_CARDS", "2"))).isEqualTo(Card.ofHost());
    }

    // Bitstreams for cards

    @Test
    void theFileOfACardIsTakenAsItIs() throws IOException {
        Path file = DesignFiles.write(folder.resolve(CATALOGUED), XclbinMode.HW, 1000, 100, 1);

        Bitstream bitstream = real.bitstream(folder + "/bitstreams/../" + CATALOGUED);

        assertThat(bitstream.file()).isEqualTo(file);
        assertThat(bitstream.xclbin().design().mode()).isEqualTo(XclbinMode.HW);
        assertThat(bitstream.catalogued()).hasValue(new DesignSize(1000, 100));
    }

    @Test
    void aFileThatTheCatalogueDoesNotKnowHasNoSizeThere() throws IOException {
        Path file = DesignFiles.write(folder.resolve("a.xclbin"), XclbinMode.HW, 7, 5, 1);

        assertThat(real.bitstream(file.toString()).catalogued()).isEmpty();
    }

    @Test
    void aCardNeedsTheFile() throws IOException {
        assertRefused(real, folder.resolve("none.xclbin"), ": there is no such file; correct the path of the xclbin");
        assertRefused(real, folder.resolve(CATALOGUED), ": there is no such file; correct the path of the xclbin");
        assertRefused(real, folder, ": is not a file; give the path of an xclbin");
    }

    @ParameterizedTest
    @EnumSource(
            value = XclbinMode.class,
            names = {"SW_EMU", "HW_EMU"})
    void aCardCanNotLoadEmulations(XclbinMode mode) throws IOException {
        Path file = DesignFiles.write(folder.resolve(CATALOGUED), mode, 1000, 100, 1);

        assertRefused(
                real,
                file,
                ": was built for " + mode + ", XRT runs hw here (XCL_EMULATION_MODE is not set); name a file for that");
        assertThatThrownBy(() -> real.bitstream(file.toString()))
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.BITSTREAM_MODE);
    }

    // Bitstreams for emulated cards

    @Test
    void aDesignOfTheCatalogueNeedsNoFile() {
        Bitstream bitstream = emulated.bitstream(CATALOGUED);

        assertThat(bitstream.file()).isRegularFile().hasFileName("1000_100_1CU.xclbin");
        assertThat(bitstream.xclbin().file()).as("name in messages").isEqualTo(CATALOGUED);
        assertThat(bitstream.xclbin().design().mode()).isEqualTo(XclbinMode.SW_EMU);
        assertThat(bitstream.xclbin().design().size()).hasValue(new DesignSize(1000, 100));
        assertThat(bitstream.catalogued()).isEmpty();
        assertThat(emulated.bitstream(folder.resolve(CATALOGUED).toString()).file())
                .as("the same for every path")
                .isEqualTo(bitstream.file());
    }

    @Test
    void theEmulationOfTheCatalogueTakesThePlaceOfAFileForCards() throws IOException {
        Path file = DesignFiles.write(folder.resolve(CATALOGUED), XclbinMode.HW, 1000, 100, 1);

        Bitstream bitstream = emulated.bitstream(file.toString());

        assertThat(bitstream.file()).isEqualTo(emulated.bitstream(CATALOGUED).file());
        assertThat(bitstream.xclbin().design().mode()).isEqualTo(XclbinMode.SW_EMU);
    }

    @Test
    void aFileForEmulationGoesBeforeTheCatalogue() throws IOException {
        Path file = DesignFiles.write(folder.resolve(CATALOGUED), XclbinMode.SW_EMU, 7, 5, 1);

        Bitstream bitstream = emulated.bitstream(file.toString());

        assertThat(bitstream.file()).isEqualTo(file);
        assertThat(bitstream.xclbin().design().size()).hasValue(new DesignSize(7, 5));
        assertThat(bitstream.catalogued()).hasValue(new DesignSize(1000, 100));
    }

    @Test
    void aFileMustHaveTheUuidThatIsAskedFor() throws IOException {
        Path file = DesignFiles.write(folder.resolve("a.xclbin"), XclbinMode.SW_EMU, 7, 5, 1);
        String uuid = emulated.bitstream(file.toString()).xclbin().uuid().toString();
        String other = "00000000-1111-2222-3333-444444444444";

        assertThat(emulated.bitstream(unit(file, uuid)).file()).isEqualTo(file);
        assertThatThrownBy(() -> emulated.bitstream(unit(file, other)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kernels[].uuid = " + other + ": " + file + " has the UUID " + uuid
                        + " on this host; put the right file there or correct the key");
        assertThat(emulated.bitstream(unit(folder.resolve(CATALOGUED), other)).file())
                .as("an emulation in the place of the file has a UUID of its own")
                .hasFileName("1000_100_1CU.xclbin");
    }

    private static UnitAddress unit(Path file, String uuid) {
        return new UnitAddress(
                null,
                "0",
                file.toString(),
                null,
                new Function("dotprod_1", List.of()),
                new Function("update_1", List.of()),
                uuid);
    }

    @Test
    void whatTheCatalogueDoesNotKnowMustBeAFileForEmulation() throws IOException {
        Path none = folder.resolve("none.xclbin");
        Path hw = DesignFiles.write(folder.resolve("hw.xclbin"), XclbinMode.HW, 7, 5, 1);

        assertRefused(
                emulated,
                none,
                ": there is no such file, and the catalogue of designs has none for the emulated card in its place;"
                        + " make one with octospark xclbin create");
        assertRefused(
                emulated,
                hw,
                ": is for real cards, and the catalogue of designs has none for the emulated card in its place; make"
                        + " one with octospark xclbin create");
    }

    @Test
    void aDamagedFileIsRefusedEvenWhereTheCatalogueHasAnother() throws IOException {
        Path file = folder.resolve(CATALOGUED);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "no xclbin");

        for (XrtBackend backend : List.of(real, emulated)) {
            assertRefused(
                    backend, file, ": does not start with xclbin2 as xclbin files do; give the path of an xclbin");
        }
    }

    // Cards

    @Test
    void cardsOfTheOptions() {
        XrtBackend two = new XrtBackend(true, AcceleratorSettings.DEFAULT, Map.of("OCTOSPARK_EMU_CARDS", "2"));

        assertThat(two.cards()).containsExactly(new Card(0, "0000:3b:00.1", ""), new Card(1, "0000:3c:00.1", ""));
        assertThat(two.key()).isEqualTo("xrt-emulated");
        assertThat(real.key()).isEqualTo("xrt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0000:3c:00.1", "3C:00.1", "p"})
    void findsTheCardThatASelectorMeans(String selector) {
        Card second = new Card(1, "0000:3c:00.1", "p");

        assertThat(XrtBackend.ofHost(AcceleratorSettings.DEFAULT)
                        .card(List.of(new Card(0, "0000:3b:00.1", "q"), second), selector))
                .isEqualTo(second);
    }

    @Test
    void refusesACardThatIsNotThere() {
        List<Card> cards = List.of(new Card(0, "0000:3b:00.1", ""), new Card(1, "0000:3c:00.1", ""));
        assertThatThrownBy(() -> XrtBackend.ofHost(AcceleratorSettings.DEFAULT).card(cards, "2"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "kernels[].device = 2: this host has no such card; name one of its cards, by index, place on"
                                + " the bus or name: 0 (0000:3b:00.1), 1 (0000:3c:00.1)");
        assertThatThrownBy(() -> XrtBackend.ofHost(AcceleratorSettings.DEFAULT).card(List.of(), "0000:3b:00.1"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kernels[].device = 0000:3b:00.1: this host has no such card; name one of its cards, by"
                        + " index, place on the bus or name: none");
    }

    @Test
    void whereNoCardIsListedAnIndexStillMeansOne() {
        assertThat(XrtBackend.ofHost(AcceleratorSettings.DEFAULT).card(List.of(), "3"))
                .isEqualTo(new Card(3, "", ""));
    }
}
