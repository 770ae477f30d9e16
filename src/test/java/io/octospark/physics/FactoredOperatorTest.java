package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactoredOperatorTest {
    @ParameterizedTest
    @CsvSource({"3, 3, 1, 1, 1", "7, 5, 3, 2, 7", "11, 13, 2, 5, 3", "3, 8, 4, 1, 6", "10, 10, 5, 20, 20"})
    void hasTheProductsOfTheDenseOperator(int nx, int nz, int frequencies, int sources, int receivers) {
        Grid grid = Grid.of(nx, nz, new Position(-20, 10), new Position(30, 31));
        Survey survey = new Survey(
                1500,
                Survey.frequencies(12, 31, frequencies),
                Survey.line(new Position(-100, -5), new Position(90, -25), sources),
                Survey.line(new Position(-70, 55), new Position(110, 60), receivers));
        LinearOperator dense = new BornOperator(grid, survey);
        LinearOperator factored = new FactoredOperator(grid, survey);
        assertThat(factored.rows()).isEqualTo(dense.rows());
        assertThat(factored.cells()).isEqualTo(dense.cells());

        SplittableRandom random = new SplittableRandom(5);
        double[] contrast = random.doubles(grid.cells(), -1, 1).toArray();
        contrast[1] = 0;
        ComplexVector expected = ComplexVector.zeros(dense.rows());
        // What is in the results before must not matter.
        ComplexVector data = new ComplexVector(new double[dense.rows()], new double[dense.rows()]);
        Arrays.fill(data.re(), 9);
        dense.forward(contrast, expected);
        factored.forward(contrast, data);
        double scale = Math.sqrt(expected.normSquared());
        assertThat(data.re()).containsExactly(expected.re(), within(1e-14 * scale));
        assertThat(data.im()).containsExactly(expected.im(), within(1e-14 * scale));

        double[] expectedGradient = new double[grid.cells()];
        double[] gradient = new double[grid.cells()];
        Arrays.fill(gradient, 9);
        dense.adjoint(data, expectedGradient);
        factored.adjoint(data, gradient);
        double largest = Arrays.stream(expectedGradient).map(Math::abs).max().orElseThrow();
        assertThat(gradient).containsExactly(expectedGradient, within(1e-13 * largest));
    }
}
