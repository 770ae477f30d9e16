package io.octospark.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void onlyOneIsSingular() {
        assertThat(Counts.of(0, "grid")).isEqualTo("0 grids");
        assertThat(Counts.of(1, "cpu unit")).isEqualTo("1 cpu unit");
        assertThat(Counts.of(1_000_000, "grid")).isEqualTo("1000000 grids");
        assertThat(Counts.of(1, "pass")).isEqualTo("1 pass");
        assertThat(Counts.of(2, "pass")).isEqualTo("2 passes");
    }
}
