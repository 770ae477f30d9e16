package io.octospark.physics.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GreensConvolutionTest {
    private static final double WAVENUMBER = 0.05;

    @Test
    void isTheProductWithTheFullMatrix() {
        for (int[] size : new int[][] {{3, 3}, {3, 31}, {29, 3}, {7, 11}, {16, 16}, {13, 17}, {20, 10}, {23, 4}}) {
            Grid grid = Cases.grid(size[0], size[1]);
            GreensConvolution gv = new GreensConvolution(grid, WAVENUMBER);
            var matrix = Cases.greensMatrix(grid, WAVENUMBER);
            SplittableRandom random = new SplittableRandom(3);
            ComplexVector field = ComplexVector.zeros(grid.cells());
            // Twice: nothing may be left from the product before.
            for (int i = 0; i < 2; i++) {
                ComplexVector sources = new ComplexVector(
                        random.doubles(grid.cells(), -1, 1).toArray(),
                        random.doubles(grid.cells(), -1, 1).toArray());

                gv.apply(sources, field);

                Cases.assertClose(field, matrix.operate(Cases.complex(sources)), 1e-14);
            }
        }
    }

    @Test
    void mayOverwriteTheSources() {
        Grid grid = Cases.grid(7, 5);
        GreensConvolution gv = new GreensConvolution(grid, WAVENUMBER);
        ComplexVector sources = new ComplexVector(Cases.contrast(35, 1), Cases.contrast(35, 2));
        ComplexVector field = ComplexVector.zeros(35);

        gv.apply(sources, field);
        gv.apply(sources, sources);

        assertThat(sources.re()).isEqualTo(field.re());
        assertThat(sources.im()).isEqualTo(field.im());
    }

    @Test
    void paddedSizesHaveSmallFactors() {
        assertThat(GreensConvolution.smoothSize(5)).isEqualTo(5);
        assertThat(GreensConvolution.smoothSize(7)).isEqualTo(8);
        assertThat(GreensConvolution.smoothSize(127)).isEqualTo(128);
        assertThat(GreensConvolution.smoothSize(139)).isEqualTo(144);
    }
}
