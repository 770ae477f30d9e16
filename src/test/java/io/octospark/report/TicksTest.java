package io.octospark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicksTest {
    @Test
    void areRoundNumbersWithinTheRange() {
        assertThat(Ticks.linear(-300, 300, 7)).containsExactly(-300, -200, -100, 0, 100, 200, 300);
        assertThat(Ticks.linear(0.13, 0.47, 6)).containsExactly(new double[] {0.2, 0.3, 0.4}, within(1e-12));
        assertThat(Ticks.linear(1, 2, 2)).containsExactly(1, 2);
    }

    @Test
    void aRangeOfNoLengthHasOne() {
        assertThat(Ticks.linear(5, 5, 6)).containsExactly(5);
    }

    @Test
    void powersOfTen() {
        assertThat(Ticks.decades(1e-6, 1, 7))
                .containsExactly(new double[] {1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1}, within(1e-12));
        assertThat(Ticks.decades(1e-20, 1, 6)).hasSizeLessThanOrEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "1500, 1500",
        "0.1, 0.1",
        "-98.66, -98.66",
        "2300.4, 2300",
        "1e-7, 1e-7",
        "8.402e-7, 8.402e-7",
        "12345678, 1.235e7"
    })
    void labelsAreShort(double value, String label) {
        assertThat(Ticks.label(value)).isEqualTo(label);
    }
}
