package io.octospark.compute.xrt;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.Card;
import io.octospark.xrt.xclbin.OctoRayDesign;
import io.octospark.xrt.xclbin.OctoRayDesign.UnitBanks;
import io.octospark.xrt.xclbin.XclbinMode;
import io.octospark.xrt.xclbin.XclbinWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The emulated cards in the application's jar: a library in place of the Xilinx Runtime, and the kernels of every size in
 * the catalogue. Each process unpacks them once into the folder for temporary files and deletes them at its end.
 */
final class EmulatedCards {
    private static final String PREFIX = "OCTOSPARK_EMU_";
    private static final String CARDS = PREFIX + "CARDS";
    private static final String BDFS = PREFIX + "BDFS";
    private static final String PLATFORM = PREFIX + "PLATFORM";
    private static final String SYSFS = PREFIX + "SYSFS";
    private static final int MAX_CARDS = 64;
    private static final String RESOURCES = "/emulator/";

    private static Path folder;

    private EmulatedCards() {}

    /** Returns the options among the variables of an environment. */
    static Map<String, String> options(Map<String, String> environment) {
        Map<String, String> options = new TreeMap<>(environment);
        options.keySet().removeIf(name -> !name.startsWith(PREFIX));
        return options;
    }

    /** Returns the cards that the options describe. */
    static List<Card> list(Map<String, String> options) {
        List<String> bdfs = places(options);
        int count = count(options.getOrDefault(CARDS, ""), Math.max(1, bdfs.size()));
        if (!bdfs.isEmpty() && bdfs.size() != count) {
            throw new InvalidInputException(
                    ErrorCode.ENVIRONMENT_VARIABLE,
                    "%s = %s: must name a place for each of the %d cards of %s"
                            .formatted(BDFS, options.get(BDFS), count, CARDS),
                    "correct or unset one of the variables");
        }
        List<Card> cards = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            String bdf = index < bdfs.size() ? bdfs.get(index) : "0000:%02x:00.1".formatted(0x3b + index);
            cards.add(new Card(index, bdf, options.getOrDefault(PLATFORM, "")));
        }
        return cards;
    }

    /** Returns the places on the bus that options name. */
    static List<String> places(Map<String, String> options) {
        List<String> bdfs = new ArrayList<>();
        for (String bdf : options.getOrDefault(BDFS, "").split(",", -1)) {
            if (!bdf.isBlank()) {
                bdfs.add(bdf.strip());
            }
        }
        return bdfs;
    }

    private static int count(String text, int usual) {
        if (text.isBlank()) {
            return usual;
        }
        if (!text.strip().matches("\\d{1,2}") || Integer.parseInt(text.strip()) > MAX_CARDS) {
            throw new InvalidInputException(
                    ErrorCode.ENVIRONMENT_VARIABLE,
                    CARDS + " = " + text + ": must be 0 to " + MAX_CARDS,
                    "correct or unset the variable");
        }
        return Integer.parseInt(text.strip());
    }

    /** Returns the folder where an emulated card shows its sensors; without the option it has none. */
    static Path sensors(Map<String, String> options, Card card) {
        return Path.of(options.getOrDefault(SYSFS, "")).resolve(card.bdf());
    }

    /** Returns the options with the cards' places on the bus, so that the library has them from here. */
    static Map<String, String> explicit(Map<String, String> options) {
        Map<String, String> explicit = new TreeMap<>(options);
        List<String> bdfs = list(options).stream().map(Card::bdf).toList();
        explicit.put(CARDS, Integer.toString(bdfs.size()));
        explicit.put(BDFS, String.join(",", bdfs));
        return explicit;
    }

    /** Returns the library in place of the Xilinx Runtime's. */
    static Path library() {
        return unpacked("libxrt_emulated.so");
    }

    /** Returns the bitstream of a design of the catalogue for the emulated card. */
    static synchronized Path bitstream(DesignCatalogue.Design design) {
        Path file = folder().resolve(design.name() + ".xclbin");
        if (!Files.exists(file)) {
            Path kernels = unpacked("kernels_" + design.rows() + "_" + design.cols() + ".so");
            List<UnitBanks> banks = design.functions().stream()
                    .map(unit -> new UnitBanks(unit.get(0).banks(), unit.get(1).banks()))
                    .toList();
            OctoRayDesign described = new OctoRayDesign(design.size(), XclbinMode.SW_EMU, design.platform(), banks);
            try {
                XclbinWriter.write(described.toDesign(), Files.readAllBytes(kernels), file);
            } catch (IOException e) {
                throw new UncheckedIOException(file.toString(), e);
            }
        }
        return file;
    }

    private static synchronized Path unpacked(String name) {
        Path file = folder().resolve(name);
        if (Files.exists(file)) {
            return file;
        }
        try (InputStream resource = EmulatedCards.class.getResourceAsStream(RESOURCES + name)) {
            if (resource == null) {
                throw new InvalidInputException(
                        ErrorCode.EMULATOR_MISSING,
                        "the emulated card (" + name + ") is not in this build of OctoSpark",
                        "build it with ./mvnw package, which needs g++ and make");
            }
            Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        return file;
    }

    private static synchronized Path folder() {
        if (folder == null) {
            try {
                folder = Files.createTempDirectory("octospark-emulated-card");
            } catch (IOException e) {
                throw new UncheckedIOException("folder for temporary files", e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "emulated-card-delete"));
        }
        return folder;
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // A rest in the folder for temporary files does no harm.
        }
    }
}
