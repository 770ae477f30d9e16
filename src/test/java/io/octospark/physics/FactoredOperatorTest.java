package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.arithmetic.plain.FieldLoops;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FactoredOperatorTest {
    private static final Grid GRID = Grid.of(7, 5, new Position(-20, 10), new Position(30, 31));

    private static List<Position> line(double firstX, double lastX, int points) {
        return Survey.line(new Position(firstX, -5), new Position(lastX, -25), points);
    }

    private static Survey survey(int frequencies, List<Position> sources, List<Position> receivers) {
        return new Survey(1500, Survey.frequencies(12, 31, frequencies), sources, receivers);
    }

    private static List<Position> reversed(List<Position> line) {
        List<Position> reversed = new ArrayList<>(line);
        Collections.reverse(reversed);
        return reversed;
    }

    static Stream<Arguments> surveys() {
        List<Position> line = line(-100, 90, 6);
        List<Position> twice = List.of(line.get(1), line.get(0), line.get(1), line.get(4));
        return Stream.of(
                // n (n + 1) / 2 rows of n coinciding points; c (c - 1) / 2 fewer with c in common.
                Arguments.of("one measurement", survey(1, line(-90, 0, 1), line(-70, 0, 1)), 1),
                Arguments.of("one measurement at one point", survey(1, line(-90, 0, 1), line(-90, 0, 1)), 1),
                Arguments.of("unequal numbers", survey(3, line(-90, 80, 4), line(-70, 75, 7)), 3 * 28),
                Arguments.of("as many, shifted", survey(2, line, line(-99, 91, 6)), 2 * 36),
                Arguments.of("at the same points", survey(3, line, List.copyOf(line)), 3 * 21),
                Arguments.of("at the same points, the other way", survey(2, line, reversed(line)), 2 * 21),
                Arguments.of(
                        "three points in common",
                        survey(2, line, List.of(line.get(5), new Position(7, 0), line.get(0), line.get(3))),
                        2 * (24 - 3)),
                Arguments.of("a point twice", survey(1, twice, line), 15),
                Arguments.of("points twice on both sides", survey(2, twice, twice), 2 * 6));
    }

    /** Both ways to compute, on grids with cells beside whole vectors and whole blocks of cells, and without. */
    static Stream<Arguments> surveysAndGrids() {
        return surveys().flatMap(survey -> Stream.of(
                        new int[] {7, 5}, new int[] {3, 3}, new int[] {8, 4}, new int[] {16, 8}, new int[] {13, 11})
                .flatMap(cells -> Arrays.stream(Arithmetic.values())
                        .map(arithmetic -> Arguments.of(
                                survey.get()[0],
                                survey.get()[1],
                                survey.get()[2],
                                Grid.of(cells[0], cells[1], new Position(-20, 10), new Position(30, 31)),
                                arithmetic))));
    }

    @ParameterizedTest(name = "{0}, {3}, {4}")
    @MethodSource("surveysAndGrids")
    void isTheBornOperator(String name, Survey survey, int foldedRows, Grid grid, Arithmetic arithmetic) {
        BornOperator expected = new BornOperator(grid, survey);
        FactoredOperator k = new FactoredOperator(grid, survey, arithmetic);
        assertThat(k.rows()).isEqualTo(expected.rows());
        assertThat(k.cells()).isEqualTo(expected.cells());
        assertThat(k.foldedRows()).isEqualTo(foldedRows);

        SplittableRandom random = new SplittableRandom(3);
        double[] contrast = random.doubles(k.cells(), -1, 1).toArray();
        ComplexVector data = ComplexVector.zeros(k.rows());
        ComplexVector expectedData = ComplexVector.zeros(k.rows());
        k.forward(contrast, data);
        expected.forward(contrast, expectedData);
        double scale = Math.sqrt(expectedData.normSquared());
        assertThat(data.re()).containsExactly(expectedData.re(), within(1e-14 * scale));
        assertThat(data.im()).containsExactly(expectedData.im(), within(1e-14 * scale));

        ComplexVector residual = new ComplexVector(
                random.doubles(k.rows(), -1, 1).toArray(),
                random.doubles(k.rows(), -1, 1).toArray());
        double[] gradient = new double[k.cells()];
        double[] expectedGradient = new double[k.cells()];
        gradient[2] = Double.NaN; // to be overwritten
        k.adjoint(residual, gradient);
        expected.adjoint(residual, expectedGradient);
        double largest = 0;
        for (double value : expectedGradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        // Sums of signs that alternate lose digits.
        assertThat(gradient).containsExactly(expectedGradient, within(1e-12 * largest));
    }

    /** Every row of K is that of its folded row: nothing is folded that differs. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("surveys")
    void aFoldedRowIsEachOfItsRows(String name, Survey survey, int foldedRows) {
        BornOperator expected = new BornOperator(GRID, survey);
        FactoredOperator k = new FactoredOperator(GRID, survey);
        ComplexVector product = ComplexVector.zeros(k.cells());
        ComplexVector written = ComplexVector.zeros(k.cells());
        double[] folded = new double[2 * k.foldedRows()];
        for (int row = 0; row < k.rows(); row++) {
            double[] pressure = new double[2 * k.rows()];
            pressure[2 * row] = 1;
            pressure[2 * row + 1] = 2;
            k.fold(pressure, folded);
            int[] set = IntStream.range(0, folded.length)
                    .filter(i -> folded[i] != 0)
                    .toArray();
            assertThat(set).hasSize(2);
            int to = set[0] / 2;
            assertThat(set[1]).isEqualTo(2 * to + 1);
            assertThat(folded[2 * to]).isEqualTo(1);
            assertThat(folded[2 * to + 1]).isEqualTo(2);
            FieldLoops.multiply(k.receiverField(to), k.sourceField(to), product);
            k.row(row, written.re(), written.im());
            assertThat(written.re()).containsExactly(product.re());
            assertThat(written.im()).containsExactly(product.im());
            for (int x = 0; x < k.cells(); x++) {
                double rounding = 1e-14 * Math.hypot(product.re()[x], product.im()[x]);
                assertThat(product.re()[x]).isCloseTo(expected.re(row, x), within(rounding));
                assertThat(product.im()[x]).isCloseTo(expected.im(row, x), within(rounding));
            }
        }
    }

    @Test
    void refusesMoreMeasurementsThanAnArrayHolds() {
        List<Position> many = Collections.nCopies(40_000, new Position(0, 0));
        assertThatThrownBy(() -> new FactoredOperator(GRID, survey(1, many, many)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1600000000 measurements are over the limit of 1073741819");
    }
}
