package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.forward.ForwardModels;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotalFieldOperatorTest {
    private final SplittableRandom random = new SplittableRandom(5);

    private static Grid grid(int nx, int nz) {
        return Grid.of(nx, nz, new Position(-140, 0), new Position(140, 150));
    }

    private static Survey survey(int frequencies, int sources, int receivers) {
        return new Survey(
                2000,
                Survey.frequencies(10, 25, frequencies),
                Survey.line(new Position(-200, -10), new Position(200, -30), sources),
                Survey.line(new Position(-180, 170), new Position(220, 180), receivers));
    }

    private double[] random(int n) {
        return random.doubles(n, -1, 1).toArray();
    }

    private ComplexVector complex(int n) {
        return new ComplexVector(random(n), random(n));
    }

    /** With total fields that are not any model's. */
    private TotalFieldOperator operator(Grid grid, Survey survey, int first, int last) {
        ForwardModel any = (frequency, contrast) ->
                survey.sources().stream().map(source -> complex(grid.cells())).toArray(ComplexVector[]::new);
        return TotalFieldOperator.of(
                TotalFieldOperator.receiverFields(grid, survey), any, first, last, new double[grid.cells()]);
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 1, 1, 1", "7, 5, 3, 4, 5", "5, 11, 2, 7, 3"})
    void productsAreThoseOfTheMatrix(int nx, int nz, int frequencies, int sources, int receivers) {
        Grid grid = grid(nx, nz);
        Survey survey = survey(frequencies, sources, receivers);
        TotalFieldOperator operator = operator(grid, survey, 0, frequencies - 1);
        MatrixOperator matrix = MatrixOperator.of(operator);
        assertThat(operator.rows()).isEqualTo((int) survey.measurements());
        double[] chi = random(grid.cells());
        ComplexVector data = ComplexVector.zeros(operator.rows());
        ComplexVector expectedData = ComplexVector.zeros(operator.rows());
        ComplexVector residual = complex(operator.rows());
        double[] gradient = new double[grid.cells()];
        double[] expectedGradient = new double[grid.cells()];

        operator.forward(chi, data);
        operator.adjoint(residual, gradient);
        matrix.forward(chi, expectedData);
        matrix.adjoint(residual, expectedGradient);

        double scale = 1e-13 * Math.sqrt(expectedData.normSquared());
        assertThat(data.re()).containsExactly(expectedData.re(), within(scale));
        assertThat(data.im()).containsExactly(expectedData.im(), within(scale));
        double largest = Arrays.stream(expectedGradient).map(Math::abs).max().orElseThrow();
        assertThat(gradient).containsExactly(expectedGradient, within(1e-13 * largest));
        // Re<K x, y> = Re<x, K^H y>
        double dot = 0;
        for (int x = 0; x < chi.length; x++) {
            dot += chi[x] * gradient[x];
        }
        assertThat(dot).isCloseTo(data.realDot(residual), within(1e-12 * Math.abs(dot)));
    }

    @Test
    void aRangeOfFrequenciesHasTheirRows() {
        Grid grid = grid(4, 3);
        Survey survey = survey(3, 2, 4);
        ComplexVector[][] receiverFields = TotalFieldOperator.receiverFields(grid, survey);
        ForwardModel incident = ForwardModels.of(grid, survey, new Born());

        MatrixOperator part =
                MatrixOperator.of(TotalFieldOperator.of(receiverFields, incident, 1, 2, new double[grid.cells()]));

        BornOperator born = new BornOperator(grid, survey);
        assertThat(part.rows()).isEqualTo(2 * 2 * 4);
        for (int row = 0; row < part.rows(); row++) {
            for (int x = 0; x < grid.cells(); x++) {
                assertThat(part.re(row, x)).isEqualTo(born.re(8 + row, x));
                assertThat(part.im(row, x)).isEqualTo(born.im(8 + row, x));
            }
        }
    }

    /** The gradient -2 eta Re(K^H r) of F with the field held, against differences of F. */
    @Test
    void theGradientIsThatOfTheMisfit() {
        Grid grid = grid(5, 4);
        TotalFieldOperator operator = operator(grid, survey(2, 3, 4), 0, 1);
        ComplexVector p = complex(operator.rows());
        double[] chi = random(grid.cells());
        double eta = 1 / p.normSquared();
        ComplexVector residual = residual(operator, p, chi);
        double[] gradient = new double[grid.cells()];
        operator.adjoint(residual, gradient);
        double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow() * 2 * eta;

        for (int x = 0; x < chi.length; x++) {
            double[] more = chi.clone();
            double[] less = chi.clone();
            more[x] += 1e-3;
            less[x] -= 1e-3;
            double slope = eta
                    * (residual(operator, p, more).normSquared()
                            - residual(operator, p, less).normSquared())
                    / 2e-3;
            assertThat(-2 * eta * gradient[x]).isCloseTo(slope, within(1e-6 * largest));
        }
    }

    private static ComplexVector residual(LinearOperator operator, ComplexVector p, double[] chi) {
        ComplexVector residual = ComplexVector.zeros(p.length());
        operator.forward(chi, residual);
        residual.setDifference(p, residual);
        return residual;
    }
}
