package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GramOperatorTest {
    private static final Position TOP_LEFT = new Position(-20, 10);

    private static Survey survey(int frequencies, int sources, int receivers) {
        return new Survey(
                1500,
                Survey.frequencies(12, 31, frequencies),
                Survey.line(new Position(-100, -5), new Position(90, -25), sources),
                Survey.line(new Position(-70, 55), new Position(110, 60), receivers));
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 1, 1, 1", "7, 5, 3, 2, 7", "11, 13, 2, 5, 3", "3, 8, 4, 1, 6"})
    void isTheProductOfTheBornOperatorWithItself(int nx, int nz, int frequencies, int sources, int receivers) {
        Grid grid = Grid.of(nx, nz, TOP_LEFT, new Position(30, 31));
        assertSame(grid, survey(frequencies, sources, receivers));
    }

    /** Sources where the receivers are, which is computed in a way of its own. */
    @ParameterizedTest
    @CsvSource({"5, 4, 3, 6", "3, 3, 1, 1"})
    void sourcesAtTheReceivers(int nx, int nz, int frequencies, int points) {
        Survey other = survey(frequencies, points, points);
        Survey survey = new Survey(1500, other.frequenciesHz(), other.receivers(), List.copyOf(other.receivers()));
        assertSame(Grid.of(nx, nz, TOP_LEFT, new Position(30, 31)), survey);
        assertSame(Grid.of(nx, nz, TOP_LEFT, new Position(30, 31)).withWholeMetreCells(), survey);
    }

    private static void assertSame(Grid grid, Survey survey) {
        BornOperator k = new BornOperator(grid, survey);
        GramOperator expected = new GramOperator(k);
        GramOperator m = new GramOperator(grid, survey);

        assertThat(m.cells()).isEqualTo(grid.cells());
        double largest = 0;
        for (int x = 0; x < m.cells(); x++) {
            largest = Math.max(largest, expected.entry(x, x));
        }
        for (int x = 0; x < m.cells(); x++) {
            double sum = 0;
            for (int row = 0; row < k.rows(); row++) {
                sum += k.re(row, x) * k.re(row, 1) + k.im(row, x) * k.im(row, 1);
            }
            assertThat(expected.entry(x, 1)).isCloseTo(sum, within(1e-14 * largest));
            for (int y = 0; y < m.cells(); y++) {
                assertThat(m.entry(x, y)).isCloseTo(expected.entry(x, y), within(1e-14 * largest));
                assertThat(m.entry(x, y)).isEqualTo(m.entry(y, x));
            }
        }
        assertThat(largest).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "7, 5"})
    void multipliesLikeAMatrix(int nx, int nz) {
        GramOperator m = new GramOperator(Grid.of(nx, nz, TOP_LEFT, new Position(30, 31)), survey(2, 3, 4));
        double[] contrast = new SplittableRandom(1).doubles(m.cells(), -1, 1).toArray();
        double[] product = new double[m.cells()];
        product[2] = Double.NaN; // to be overwritten

        m.multiply(contrast, product);

        for (int x = 0; x < m.cells(); x++) {
            double expected = 0;
            for (int y = 0; y < m.cells(); y++) {
                expected += m.entry(x, y) * contrast[y];
            }
            assertThat(product[x]).isCloseTo(expected, within(1e-13 * m.entry(0, 0) * m.cells()));
        }
    }
}
