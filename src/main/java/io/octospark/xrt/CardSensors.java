package io.octospark.xrt;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The power and temperature sensors of a card, which its driver shows in files: those of the card's own controller (xmc),
 * else those of hwmon. The C API has no call for them. The files are taken from the sources of XRT 2022.1; this was never
 * run with a card.
 */
public final class CardSensors {
    private static final Path DEVICES = Path.of("/sys/bus/pci/devices");
    private static final double MICRO = 1e-6;
    private static final double MILLI = 1e-3;

    private final Path device;

    /**
     * A reading of the sensors.
     *
     * @param powerWatts power of the whole board
     * @param temperatureCelsius temperature of the FPGA, if the driver shows it
     * @param source which sensor: {@code xmc} or {@code hwmon}
     */
    public record Reading(double powerWatts, Optional<Double> temperatureCelsius, String source) {}

    /**
     * @param device the card's folder
     */
    public CardSensors(Path device) {
        this.device = device;
    }

    /** Returns the sensors of a card of this host. */
    public static CardSensors of(String bdf) {
        return new CardSensors(DEVICES.resolve(bdf));
    }

    /** Returns what they show now; empty if there are none. */
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
                        microwatts * MICRO, number(files.resolve(temperature)).map(value -> value * celsius), source)));
    }

    private static Optional<Path> folder(Path parent, String glob) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, glob)) {
            for (Path folder : found) {
                return Optional.of(folder);
            }
        } catch (IOException | DirectoryIteratorException e) {
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
