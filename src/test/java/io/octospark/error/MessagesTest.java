package io.octospark.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void onlyOneIsSingular() {
        assertThat(Messages.count(0, "grid")).isEqualTo("0 grids");
        assertThat(Messages.count(1, "cpu unit")).isEqualTo("1 cpu unit");
        assertThat(Messages.count(1_000_000, "grid")).isEqualTo("1000000 grids");
        assertThat(Messages.count(1, "pass")).isEqualTo("1 pass");
        assertThat(Messages.count(2, "pass")).isEqualTo("2 passes");
    }
}
