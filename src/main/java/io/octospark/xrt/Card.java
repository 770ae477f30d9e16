package io.octospark.xrt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A card of this host, as Linux lists the devices of XRT's driver. The C API has no call that lists cards.
 *
 * @param index its number among the cards, from 0, in the order of the bus
 * @param bdf its place on the PCI bus: domain:bus:device.function
 * @param name its platform; empty if the driver does not tell
 */
public record Card(int index, String bdf, String name) {
    private static final Path SYSFS = Path.of("/sys");
    private static final String BDF = "[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]";

    /** Returns the cards of this host. */
    public static List<Card> ofHost() {
        return ofHost(SYSFS);
    }

    static List<Card> ofHost(Path sysfs) {
        List<String> bdfs = new ArrayList<>(entries(sysfs.resolve("bus/pci/drivers/xocl"), BDF));
        Collections.sort(bdfs);
        List<Card> cards = new ArrayList<>();
        for (String bdf : bdfs) {
            cards.add(new Card(
                    cards.size(), bdf, platform(sysfs.resolve("bus/pci/devices").resolve(bdf))));
        }
        return cards;
    }

    /**
     * Returns the card with this index, place on the bus or name; the first of several with the same name.
     *
     * @param selector for example {@code 0}, {@code 0000:65:00.1}, {@code 65:00.1} or {@code xilinx_u280_xdma_201920_3}
     */
    public static Optional<Card> find(List<Card> cards, String selector) {
        return cards.stream()
                .filter(card -> selector.equals(Integer.toString(card.index))
                        || selector.equalsIgnoreCase(card.bdf)
                        || ("0000:" + selector).equalsIgnoreCase(card.bdf)
                        || selector.equals(card.name))
                .findFirst();
    }

    private static String platform(Path device) {
        for (String rom : entries(device, "rom\\.u\\..*")) {
            try {
                return Files.readString(device.resolve(rom).resolve("VBNV")).strip();
            } catch (IOException e) {
                // Another entry may have it, or none.
            }
        }
        return "";
    }

    private static List<String> entries(Path folder, String pattern) {
        List<String> names = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return names;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.matches(pattern)) {
                    names.add(name);
                }
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(folder.toString(), e);
        }
    }
}
