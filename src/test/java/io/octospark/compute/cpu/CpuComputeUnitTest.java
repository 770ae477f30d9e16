package io.octospark.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CpuComputeUnitTest {
    private static final BornOperator OPERATOR = new BornOperator(
            Grid.of(5, 3, new Position(0, 0), new Position(50, 30)),
            new Survey(
                    2000,
                    Survey.frequencies(10, 40, 3),
                    Survey.line(new Position(-50, -5), new Position(90, -5), 2),
                    Survey.line(new Position(-70, -9), new Position(50, -9), 7)));

    @ParameterizedTest
    @EnumSource(Precision.class)
    void productsAgreeWithTheOperatorToTheirPrecision(Precision precision) {
        SplittableRandom random = new SplittableRandom(5);
        double[] chi = random.doubles(OPERATOR.cells(), -1, 1).toArray();
        ComplexVector residual = new ComplexVector(
                random.doubles(OPERATOR.rows(), -1, 1).toArray(),
                random.doubles(OPERATOR.rows(), -1, 1).toArray());
        ComplexVector expectedData = ComplexVector.zeros(OPERATOR.rows());
        double[] expectedGradient = new double[OPERATOR.cells()];
        OPERATOR.forward(chi, expectedData);
        OPERATOR.adjoint(residual, expectedGradient);
        PhaseClock clock = new PhaseClock();
        ComplexVector data = ComplexVector.zeros(OPERATOR.rows());
        double[] gradient = new double[OPERATOR.cells()];

        try (CpuComputeUnit<LinearOperator> unit = CpuComputeUnit.with(precision, OPERATOR, clock)) {
            LinearOperator k = unit.products().get(0);
            k.forward(chi, data);
            k.adjoint(residual, gradient);
            k.adjoint(residual, gradient);
        }

        double single = 1e-5;
        assertNear(data.re(), expectedData.re(), precision == Precision.FLOAT32 ? single : 0);
        assertNear(data.im(), expectedData.im(), precision == Precision.FLOAT32 ? single : 0);
        assertNear(gradient, expectedGradient, precision == Precision.FLOAT64 ? 0 : single);
        assertThat(clock.timing(Phase.DOTPROD).calls()).isEqualTo(1);
        assertThat(clock.timing(Phase.UPDATE).calls()).isEqualTo(2);
    }

    /** Within a tolerance relative to the largest number; bit for bit if that is 0, and not so if it is not. */
    private static void assertNear(double[] actual, double[] expected, double relative) {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
        }
        assertThat(worst).isLessThanOrEqualTo(relative * largest);
        if (relative > 0) {
            assertThat(worst).isPositive();
        }
    }
}
