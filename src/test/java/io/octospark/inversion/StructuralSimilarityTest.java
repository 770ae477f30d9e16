package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.Grid;
import io.octospark.model.Position;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StructuralSimilarityTest {
    private static final Grid GRID = Grid.of(3, 4, new Position(0, 0), new Position(3, 4));

    private static double[] random(int seed) {
        return new SplittableRandom(seed).doubles(12).toArray();
    }

    private static Reconstruction result(double[] contrast) {
        return new Reconstruction(contrast, new double[0], 0, StopReason.TOLERANCE, Optional.empty());
    }

    @Test
    void equalModelsHaveOne() {
        assertThat(result(random(1)).ssim(random(1), GRID).orElseThrow()).isCloseTo(1.0, within(1e-15));
    }

    @Test
    void aTurnedModelHasLess() {
        double[] turned = Arrays.stream(random(1)).map(value -> 1 - value).toArray();
        assertThat(result(turned).ssim(random(1), GRID).orElseThrow()).isLessThan(0);
    }

    /** Every window holds the whole grid. */
    @Test
    void isTheMeanOfTheFormulaOverTheWindows() {
        Grid three = Grid.of(3, 3, new Position(0, 0), new Position(3, 3));
        double[] truth = {0, 0, 0, 0, 0, 0, 0, 0, 9};
        double[] model = {0, 0, 0, 0, 0, 0, 0, 0, 18};
        double c1 = 0.0081;
        double c2 = 0.0729;
        // Means 1 and 2, variances 8 and 32, covariance 16.
        double expected = (2 * 2 + c1) * (2 * 16 + c2) / ((1 + 4 + c1) * (8 + 32 + c2));
        assertThat(result(model).ssim(truth, three).orElseThrow()).isCloseTo(expected, within(1e-14));
    }

    @Test
    void aFlatTruthHasNone() {
        assertThat(result(random(1)).ssim(new double[12], GRID)).isEmpty();
    }
}
