package io.octospark.xrt;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Power and temperature of a card, as its driver shows them in files: those of the card's own controller (xmc), else those
 * of hwmon. The C API has no call for them. Read in the sources of XRT 2022.1, never seen with a card.
 */
public final class CardSensors {
    private static final Path DEVICES = Path.of("/sys/bus/pci/devices");
    private static final double MICRO = 1e-6;
    private static final double MILLI = 1e-3;

    private final Path device;

    /**
     * What the sensors showed.
     *
     * @param powerWatts of the whole board
     * @param temperatureCelsius of the FPGA, or null
     * @param source which sensor: {@code xmc} or {@code hwmon}
     */
    public record Reading(double powerWatts, Double temperatureCelsius, String source) {}

    /**
     * @param device the card's folder
     */
    public CardSensors(Path device) {
        this.device = device;
    }

    /** The sensors of a card of this host. */
    public static CardSensors of(String bdf) {
        return new CardSensors(DEVICES.resolve(bdf));
    }

    /** What they show now; empty where there are none. */
    public Optional<Reading> read() {
        return reading("xmc", folder(device, "xmc.u.*"), "xmc_power", "xmc_fpga_temp", 1)
                .or(() -> folder(device, "hwmon")
                        .flatMap(hwmon ->
                                reading("hwmon", folder(hwmon, "hwmon*"), "power1_input", "temp1_input", MILLI)));
    }

    private static Optional<Reading> reading(
            String source, Optional<Path> folder, String power, String temperature, double celsius) {
        return folder.flatMap(files -> number(files.resolve(power))
                .map(microwatts -> new Reading(
                        microwatts * MICRO,
                        number(files.resolve(temperature))
                                .map(value -> value * celsius)
                                .orElse(null),
                        source)));
    }

    private static Optional<Path> folder(Path parent, String glob) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, glob)) {
            for (Path folder : found) {
                return Optional.of(folder);
            }
        } catch (IOException e) {
            // Not a card with this kind of sensor.
        }
        return Optional.empty();
    }

    private static Optional<Double> number(Path file) {
        try {
            return Optional.of(Double.valueOf(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
