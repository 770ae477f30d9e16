package io.octospark.inversion.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.FactoredOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the dense operator, one grid at a time. */
class BatchProjectionTest {
    private static final List<Position> LINE = line(-480, 6);

    private static List<Position> line(double x, int points) {
        return Survey.line(new Position(x, -5), new Position(480, -25), points);
    }

    private static Grid grid(int nx, int nz) {
        return Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
    }

    private static Survey survey(int frequencies, List<Position> sources, List<Position> receivers) {
        return new Survey(2000, Survey.frequencies(10, 40, frequencies), sources, receivers);
    }

    private static double[][] random(int grids, FactoredOperator k) {
        SplittableRandom random = new SplittableRandom(9);
        double[][] pressures = new double[grids][];
        Arrays.setAll(pressures, i -> random.doubles(2L * k.rows(), -1, 1).toArray());
        return pressures;
    }

    private static List<BatchInput<Integer>> project(BatchProjection<Integer> projection, double[]... pressures) {
        List<BatchInput<Integer>> results = new ArrayList<>();
        for (double[] pressure : pressures) {
            projection.add(results.size(), pressure, projection.normSquared(pressure));
            if (projection.isFull()) {
                results.addAll(projection.project());
            }
        }
        results.addAll(projection.project());
        return results;
    }

    static Stream<Arguments> cases() {
        Survey oneMeasurement = survey(1, line(-480, 1), line(-470, 1));
        return Arrays.stream(Arithmetic.values())
                .flatMap(arithmetic -> Stream.of(
                        Arguments.of(arithmetic, "one measurement", grid(3, 3), oneMeasurement, 1),
                        Arguments.of(arithmetic, "unequal numbers", grid(7, 5), survey(3, line(-400, 4), LINE), 12),
                        Arguments.of(arithmetic, "the same points", grid(5, 7), survey(5, LINE, List.copyOf(LINE)), 21),
                        Arguments.of(arithmetic, "shifted", grid(11, 13), survey(2, line(-470, 6), LINE), 9),
                        // More than are projected at once; cells that are whole vectors.
                        Arguments.of(arithmetic, "many grids", grid(4, 8), survey(1, LINE, LINE), 2 * 80 + 11),
                        Arguments.of(
                                arithmetic, "notebook", grid(10, 10), survey(20, line(-480, 20), line(-480, 20)), 2)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void isTheAdjointOfTheBornOperator(Arithmetic arithmetic, String name, Grid grid, Survey survey, int grids) {
        FactoredOperator k = new FactoredOperator(grid, survey);
        double[][] pressures = random(grids, k);

        List<BatchInput<Integer>> results = project(new BatchProjection<>(k, arithmetic), pressures);

        assertThat(results).hasSize(grids);
        BornOperator dense = new BornOperator(grid, survey);
        ComplexVector data = ComplexVector.zeros(k.rows());
        double[] expected = new double[k.cells()];
        for (int i = 0; i < grids; i++) {
            for (int row = 0; row < k.rows(); row++) {
                data.re()[row] = pressures[i][2 * row];
                data.im()[row] = pressures[i][2 * row + 1];
            }
            dense.adjoint(data, expected);
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            assertThat(results.get(i).values()).containsExactly(expected, within(1e-12 * largest));
            double norm = data.normSquared();
            assertThat(results.get(i).dataNormSquared()).isCloseTo(norm, within(1e-13 * norm));
        }
    }

    /** To the last bit; also next to data that are not numbers, and after them. */
    @ParameterizedTest
    @EnumSource
    void aResultDoesNotDependOnOtherGrids(Arithmetic arithmetic) {
        FactoredOperator k = new FactoredOperator(grid(7, 5), survey(3, LINE, LINE));
        double[][] pressures = random(25, k);
        Arrays.fill(pressures[3], Double.NaN);
        pressures[14][5] = Double.POSITIVE_INFINITY;

        BatchProjection<Integer> projection = new BatchProjection<>(k, arithmetic);
        List<BatchInput<Integer>> together = project(projection, pressures);

        for (int i : new int[] {24, 0, 9, 13, 4}) {
            BatchInput<Integer> alone = project(projection, pressures[i]).get(0);
            assertThat(alone.values()).containsExactly(together.get(i).values());
            assertThat(alone.dataNormSquared()).isEqualTo(together.get(i).dataNormSquared());
            assertThat(project(projection, pressures[3], pressures[i]).get(1).values())
                    .containsExactly(alone.values());
        }
        assertThat(together.get(3).dataNormSquared()).isNaN();
        assertThat(together.get(14).dataNormSquared()).isInfinite();
    }

    @ParameterizedTest
    @EnumSource
    void takesNoMoreThanFits(Arithmetic arithmetic) {
        FactoredOperator k = new FactoredOperator(grid(3, 3), survey(1, line(-480, 1), line(-480, 1)));
        BatchProjection<Integer> projection = new BatchProjection<>(k, arithmetic);
        assertThat(projection.project()).isEmpty();
        while (!projection.isFull()) {
            projection.add(0, new double[2], 0);
        }
        assertThatThrownBy(() -> projection.add(0, new double[2], 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("all 80 grids are there");
        assertThat(projection.project()).hasSize(80);
        assertThatThrownBy(() -> projection.add(0, new double[3], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a grid has 3 values, its operator has 1 rows");
    }
}
