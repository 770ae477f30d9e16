package io.octospark.spark.cards;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("every-spark")
class UnitMetricsTest {
    @TempDir
    private Path folder;

    @Test
    void everyUnitAndEveryCardHasItsOwn() throws IOException {
        Path sensors = Files.createDirectories(folder.resolve("0000:7b:00.1/xmc.u.1"));
        Files.writeString(sensors.resolve("xmc_power"), "31500000");
        XrtBackend backend =
                new XrtBackend(true, AcceleratorSettings.DEFAULT, Map.of("OCTOSPARK_EMU_SYSFS", folder.toString()));
        MetricRegistry registry = new MetricRegistry();

        UnitMetrics.register(registry, List.of("0000:7b:00.1/cu1", "0000:7b:00.1/cu2"), backend);
        UnitMetrics.gridDone(new UnitDescription("xrt", "0000:7b:00.1", "a.xclbin", "", 2));
        UnitMetrics.gridDone(new UnitDescription("cpu", null, null, null, null));

        assertThat(registry.getGauges().keySet())
                .containsExactly(
                        "0000-7b-00-1.cu1.busyShare",
                        "0000-7b-00-1.cu1.calls",
                        "0000-7b-00-1.cu1.failures",
                        "0000-7b-00-1.cu1.grids",
                        "0000-7b-00-1.cu2.busyShare",
                        "0000-7b-00-1.cu2.calls",
                        "0000-7b-00-1.cu2.failures",
                        "0000-7b-00-1.cu2.grids",
                        "0000-7b-00-1.powerWatts",
                        "0000-7b-00-1.temperatureCelsius");
        assertThat(value(registry, "0000-7b-00-1.powerWatts")).isEqualTo(31.5);
        assertThat(value(registry, "0000-7b-00-1.temperatureCelsius")).isNull();
        assertThat(value(registry, "0000-7b-00-1.cu1.grids")).isEqualTo(0L);
        assertThat(value(registry, "0000-7b-00-1.cu2.grids")).isEqualTo(1L);
        assertThat(value(registry, "0000-7b-00-1.cu2.busyShare")).isEqualTo(0.0);
    }

    private static Object value(MetricRegistry registry, String name) {
        return registry.getGauges().get(name).getValue();
    }
}
