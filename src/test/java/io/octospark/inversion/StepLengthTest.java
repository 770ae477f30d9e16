package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepLengthTest {
    @Test
    void findsTheGlobalMinimumOfRandomCosts() {
        SplittableRandom random = new SplittableRandom(3);
        int severalRoots = 0;
        for (int i = 0; i < 2000; i++) {
            // Both factors non-negative parabolas, as misfit and regularisation are.
            double[] a = parabola(random);
            double[] b = parabola(random);

            double step = StepLength.minimising(a[0], a[1], a[2], b[0], b[1], b[2]);

            double least = cost(a, b, step);
            int minima = 0;
            for (double s = -20; s <= 20; s += 0.01) {
                assertThat(least).isLessThanOrEqualTo(cost(a, b, s) * (1 + 1e-9) + 1e-12);
                boolean minimum = cost(a, b, s) < cost(a, b, s - 0.01) && cost(a, b, s) < cost(a, b, s + 0.01);
                minima += minimum ? 1 : 0;
            }
            severalRoots += minima > 1 ? 1 : 0;
        }
        assertThat(severalRoots).as("costs with two minima among the samples").isPositive();
    }

    @Test
    void aConstantFactorLeavesTheStepOfTheOther() {
        // a2 b2 = 0: the cubic becomes linear and the step is that of plain steepest descent.
        assertThat(StepLength.minimising(1, -6, 3, 2, 0, 0)).isCloseTo(1, within(1e-15));
        assertThat(StepLength.minimising(2, 0, 0, 1, -6, 3)).isCloseTo(1, within(1e-15));
    }

    @Test
    void twoLinearFactorsMakeAParabola() {
        // (1 - s)(3 - s) has its minimum at 2.
        assertThat(StepLength.minimising(1, -1, 0, 3, -1, 0)).isCloseTo(2, within(1e-15));
    }

    @Test
    void aQuadraticDerivativeHasItsLowerRootChosenByCost() {
        // (1 + s^2)(2 + s): derivative 3 s^2 + 4 s + 1 with roots -1 (cost 2) and -1/3 (cost 1.85).
        assertThat(StepLength.minimising(1, 0, 1, 2, 1, 0)).isCloseTo(-1.0 / 3, within(1e-15));
    }

    @Test
    void tinyCoefficientsDoNotUnderflow() {
        // (s - 1)^2 (s - 1)^2 scaled by 1e-130 in all.
        assertThat(StepLength.minimising(1e-65, -2e-65, 1e-65, 1e-65, -2e-65, 1e-65))
                .isCloseTo(1, within(1e-4));
    }

    /** Data or models in other units make other steps, and the same minimum. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-70, 1e-60, 1e-40, 1e-20, 1, 1e20, 1e40, 1e60, 1e70})
    void theScaleOfTheStepDoesNotMatter(double scale) {
        // ((s - 2)^2 + 1) ((s + 1)^2 + 3) with s in units of the scale; three real roots, and one.
        double one = StepLength.minimising(5, -4, 1, 4, 2, 1);
        assertThat(StepLength.minimising(5, -4 / scale, 1 / scale / scale, 4, 2 / scale, 1 / scale / scale))
                .isCloseTo(one * scale, within(1e-14 * scale));
        double ofThree = StepLength.minimising(4.001, -4, 1, 4, 4, 1);
        assertThat(StepLength.minimising(4.001, -4 / scale, 1 / scale / scale, 4, 4 / scale, 1 / scale / scale))
                .isCloseTo(ofThree * scale, within(1e-13 * scale));
    }

    @Test
    void noDependenceOnTheStepIsNotANumber() {
        assertThat(StepLength.minimising(1, 0, 0, 1, 0, 0)).isNaN();
    }

    /** (s - m)^2 * scale + floor, floor 0 or more. */
    private static double[] parabola(SplittableRandom random) {
        double middle = random.nextDouble(-3, 3);
        double scale = random.nextDouble(0.1, 5);
        double floor = random.nextDouble(0, 0.5);
        return new double[] {scale * middle * middle + floor, -2 * scale * middle, scale};
    }

    private static double cost(double[] a, double[] b, double s) {
        return (a[0] + (a[1] + a[2] * s) * s) * (b[0] + (b[1] + b[2] * s) * s);
    }
}
