package io.octospark.spark.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.UnitAddress;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import io.octospark.config.KernelSpec.Function;
import io.octospark.xrt.xclbin.DesignSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-spark")
class PreloadTest {
    private static final XrtBackend BACKEND = new XrtBackend(
            true,
            new AcceleratorSettings("libother.so", Duration.ofMillis(1500), 2, 7),
            Map.of("OCTOSPARK_EMU_CARDS", "2"),
            OperatorForm.REDUCED,
            3);

    private static UnitAddress unit(String host, String bitstream, int number) {
        return new UnitAddress(
                host,
                "0",
                bitstream,
                number == 1 ? null : new DesignSize(7, 5),
                new Function("dotprod_" + number, List.of("DDR0", "DDR0", "DDR1")),
                new Function("update_" + number, List.of()),
                null);
    }

    @Test
    void executorsReadWhatTheDriverWrites() {
        Preload written = Preload.of(BACKEND, List.of(unit("a", "a.xclbin", 1), unit(null, "b \"c\".xclbin", 2)));

        Preload read = Preload.fromJson(written.toJson());

        assertThat(read).isEqualTo(written);
        assertThat(read.backend()).isEqualTo(BACKEND);
    }

    @Test
    void aHostIsReadyForTheOneBitstreamThatItCanGet() {
        UnitAddress first = unit("a", "a.xclbin", 1);
        List<UnitAddress> units = List.of(first, unit("a", "a.xclbin", 2), unit("b", "b.xclbin", 1));

        assertThat(Preload.of(BACKEND, units).unitOn("a")).hasValue(first);
        assertThat(Preload.of(BACKEND, units).unitOn("c")).isEmpty();
        assertThat(Preload.of(BACKEND, List.of(first, unit(null, "b.xclbin", 1)))
                        .unitOn("a"))
                .isEmpty();
    }

    @Test
    void refusesWhatTheDriverHasNotWritten() {
        assertThatThrownBy(() -> Preload.fromJson("{"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("spark.octospark.preload is not what octospark run sets: ");
    }
}
