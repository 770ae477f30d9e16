package io.octospark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColourMapTest {
    @Test
    void endsAndMiddleAreControlPoints() {
        assertThat(ColourMap.SEQUENTIAL.colour(1, 1, 3)).isEqualTo(0x440154);
        assertThat(ColourMap.SEQUENTIAL.colour(2, 1, 3)).isEqualTo(0x21918c);
        assertThat(ColourMap.SEQUENTIAL.colour(3, 1, 3)).isEqualTo(0xfde725);
        assertThat(ColourMap.DIVERGING.colour(0, -5, 5)).isEqualTo(0xf7f7f7);
    }

    @Test
    void betweenControlPointsColoursAreMixed() {
        // A sixteenth of the way, half between #440154 and #472d7b.
        assertThat(ColourMap.SEQUENTIAL.colour(1 / 16.0, 0, 1)).isEqualTo(0x461768);
    }

    @Test
    void numbersOutsideHaveTheColourOfTheirEnd() {
        assertThat(ColourMap.SEQUENTIAL.colour(-1e9, 0, 1)).isEqualTo(0x440154);
        assertThat(ColourMap.SEQUENTIAL.colour(1e9, 0, 1)).isEqualTo(0xfde725);
        assertThat(ColourMap.DIVERGING.colour(7, 7, 7)).isEqualTo(0xf7f7f7);
    }

    @Test
    void whatIsNoNumberIsGrey() {
        assertThat(ColourMap.SEQUENTIAL.colour(Double.NaN, 0, 1)).isEqualTo(ColourMap.UNDEFINED);
    }

    @Test
    void lightnessOnlyRises() {
        double[] lightness = IntStream.rangeClosed(0, 100)
                .map(i -> ColourMap.SEQUENTIAL.colour(i, 0, 100))
                .mapToDouble(rgb -> 0.2126 * linear(rgb >> 16 & 0xff)
                        + 0.7152 * linear(rgb >> 8 & 0xff)
                        + 0.0722 * linear(rgb & 0xff))
                .toArray();

        assertThat(lightness).isSorted();
    }

    /** Light of a channel of an sRGB colour. */
    private static double linear(int channel) {
        return Math.pow(channel / 255.0, 2.2);
    }
}
