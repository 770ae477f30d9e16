package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cards as Linux lists them, in folders made up here. */
class CardTest {
    private static final String PLATFORM = "xilinx_u280_xdma_201920_3";

    @TempDir
    private Path sysfs;

    /** A device, and its link in the folder of the driver. */
    private Path device(String bdf) throws IOException {
        Path driver = Files.createDirectories(sysfs.resolve("bus/pci/drivers/xocl"));
        Path device = Files.createDirectories(sysfs.resolve("bus/pci/devices").resolve(bdf));
        Files.createSymbolicLink(driver.resolve(bdf), device);
        return device;
    }

    private Path device(String bdf, String platform) throws IOException {
        Path device = device(bdf);
        Path rom = Files.createDirectories(device.resolve("rom.u.12582912"));
        Files.writeString(rom.resolve("VBNV"), platform + "\n");
        return device;
    }

    @Test
    void cardsAreCountedInTheOrderOfTheBus() throws IOException {
        device("0000:d8:00.1", PLATFORM);
        device("0000:3b:00.1", "xilinx_u250_gen3x16_xdma_3_1_202020_1");
        device("0001:02:00.0", PLATFORM);

        assertThat(Card.ofHost(sysfs))
                .containsExactly(
                        new Card(0, "0000:3b:00.1", "xilinx_u250_gen3x16_xdma_3_1_202020_1"),
                        new Card(1, "0000:d8:00.1", PLATFORM),
                        new Card(2, "0001:02:00.0", PLATFORM));
    }

    @Test
    void whatElseIsInTheFolderOfTheDriverIsNoCard() throws IOException {
        device("0000:3b:00.1", PLATFORM);
        Path driver = sysfs.resolve("bus/pci/drivers/xocl");
        for (String name : List.of("bind", "unbind", "new_id", "uevent", "0000:3b:00.1.old")) {
            Files.createFile(driver.resolve(name));
        }
        Files.createDirectory(driver.resolve("module"));

        assertThat(Card.ofHost(sysfs)).containsExactly(new Card(0, "0000:3b:00.1", PLATFORM));
    }

    @Test
    void aCardMayBeWithoutAName() throws IOException {
        device("0000:3b:00.1");
        Files.createDirectory(device("0000:3c:00.1").resolve("rom.u.1"));
        Files.createFile(device("0000:3d:00.1").resolve("resource"));
        device("0000:3e:00.1", "");

        assertThat(Card.ofHost(sysfs))
                .containsExactly(
                        new Card(0, "0000:3b:00.1", ""),
                        new Card(1, "0000:3c:00.1", ""),
                        new Card(2, "0000:3d:00.1", ""),
                        new Card(3, "0000:3e:00.1", ""));
    }

    @Test
    void ofSeveralRomsTheOneWithANameCounts() throws IOException {
        Path device = device("0000:3b:00.1", PLATFORM);
        for (int i = 0; i < 10; i++) {
            Files.createDirectory(device.resolve("rom.u." + i));
        }

        assertThat(Card.ofHost(sysfs)).containsExactly(new Card(0, "0000:3b:00.1", PLATFORM));
    }

    @Test
    void withoutTheDriverThereIsNoCard() throws IOException {
        assertThat(Card.ofHost(sysfs)).isEmpty();
        Files.createDirectories(sysfs.resolve("bus/pci/drivers/xocl"));
        assertThat(Card.ofHost(sysfs)).isEmpty();
        assertThat(Card.ofHost(sysfs.resolve("nowhere"))).isEmpty();
    }

    private static final List<Card> CARDS = List.of(
            new Card(0, "0000:3b:00.1", PLATFORM),
            new Card(1, "0000:d8:00.1", PLATFORM),
            new Card(2, "0001:d8:00.1", "a"));

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "2, 2",
        "0000:d8:00.1, 1",
        "0000:D8:00.1, 1",
        "d8:00.1, 1",
        "D8:00.1, 1",
        "0001:d8:00.1, 2",
        "a, 2",
        PLATFORM + ", 0"
    })
    void isFoundByIndexPlaceOrName(String selector, int index) {
        assertThat(Card.find(CARDS, selector)).hasValue(CARDS.get(index));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "00", "-1", "", "0000:3b:00.0", "3b:00", "A", "xilinx_u280"})
    void isNotFoundByAnythingElse(String selector) {
        assertThat(Card.find(CARDS, selector)).isEmpty();
    }
}
