package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.xrt.CardSensors.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardSensorsTest {
    @TempDir
    private Path device;

    private CardSensors sensors() {
        return new CardSensors(device);
    }

    private void file(String name, String content) throws IOException {
        Path file = device.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }

    @Test
    void readsTheControllerOfTheCard() throws IOException {
        file("xmc.u.12582912/xmc_power", "31500000");
        file("xmc.u.12582912/xmc_fpga_temp", "41");
        file("hwmon/hwmon3/power1_input", "99000000");

        assertThat(sensors().read()).contains(new Reading(31.5, Optional.of(41.0), "xmc"));
    }

    @Test
    void readsHwmonWhereTheControllerShowsNothing() throws IOException {
        file("xmc.u.1/xmc_power", "N/A");
        file("hwmon/hwmon3/power1_input", "24750000");
        file("hwmon/hwmon3/temp1_input", "40500");

        assertThat(sensors().read()).contains(new Reading(24.75, Optional.of(40.5), "hwmon"));
    }

    @Test
    void withoutATemperatureThereIsStillPower() throws IOException {
        file("hwmon/hwmon0/power1_input", "24000000");

        assertThat(sensors().read()).contains(new Reading(24, Optional.empty(), "hwmon"));
    }

    @Test
    void withoutSensorsThereIsNothing() throws IOException {
        assertThat(sensors().read()).isEmpty();
        assertThat(new CardSensors(device.resolve("none")).read()).isEmpty();
    }
}
