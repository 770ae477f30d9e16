package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReductionTest {
    private static final Position LEFT = new Position(-480, -5);
    private static final Position RIGHT = new Position(480, -5);

    private static Grid grid(int nx, int nz) {
        return Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
    }

    private static Survey survey(int frequencies, List<Position> sources, List<Position> receivers) {
        return new Survey(2000, Survey.frequencies(10, 40, frequencies), sources, receivers);
    }

    private static Survey oneLine(int frequencies, int points) {
        List<Position> line = Survey.line(LEFT, RIGHT, points);
        return survey(frequencies, line, line);
    }

    private static double[] random(int length, int seed) {
        return new SplittableRandom(seed).doubles(length, -1, 1).toArray();
    }

    /** ||d - K chi||^2. */
    private static double misfit(LinearOperator k, ComplexVector data, double[] contrast) {
        ComplexVector difference = ComplexVector.zeros(k.rows());
        k.forward(contrast, difference);
        difference.addScaled(-1, data);
        return difference.normSquared();
    }

    /** The same misfits and the same gradients, of data that no contrast explains and of data that one does. */
    private static void assertExact(Reduction reduction, MatrixOperator k) {
        double[] truth = random(k.cells(), 1);
        ComplexVector explained = ComplexVector.zeros(k.rows());
        k.forward(truth, explained);
        double norm = explained.normSquared();
        ComplexVector noise = new ComplexVector(random(k.rows(), 2), random(k.rows(), 3));
        ComplexVector noisy =
                new ComplexVector(explained.re().clone(), explained.im().clone());
        noisy.addScaled(0.3 * Math.sqrt(norm / noise.normSquared()), noise);

        ReducedData reducedNoise = reduction.reduce(noisy);
        LinearOperator reduced = reduction.operator();
        assertThat(reducedNoise.data().length()).isEqualTo(reduced.rows());
        assertThat(reducedNoise.constant()).isNotNegative();
        assertThat(reducedNoise.data().normSquared() + reducedNoise.constant())
                .isCloseTo(noisy.normSquared(), within(1e-13 * norm));
        for (double[] contrast : List.of(new double[k.cells()], truth, random(k.cells(), 4))) {
            assertThat(misfit(reduced, reducedNoise.data(), contrast) + reducedNoise.constant())
                    .isCloseTo(misfit(k, noisy, contrast), within(1e-13 * norm));
        }
        double[] gradient = new double[k.cells()];
        k.adjoint(noisy, gradient);
        double largest = 0;
        for (double value : gradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        double[] reducedGradient = new double[k.cells()];
        reduced.adjoint(reducedNoise.data(), reducedGradient);
        assertThat(reducedGradient).containsExactly(gradient, within(1e-13 * largest));

        ReducedData reducedTruth = reduction.reduce(explained);
        assertThat(reducedTruth.constant()).isLessThan(1e-28 * norm);
        assertThat(misfit(reduced, reducedTruth.data(), truth)).isLessThan(1e-28 * norm);
        ComplexVector made = ComplexVector.zeros(reduced.rows());
        reduced.forward(truth, made);
        assertThat(made.normSquared()).isCloseTo(norm, within(1e-13 * norm));
    }

    @Test
    void nothingIsDoneToADenseOperator() {
        BornOperator k = new BornOperator(grid(3, 4), oneLine(2, 3));
        assertThat(Reduction.none(k).operator()).isSameAs(k);
        assertExact(Reduction.none(k), k);
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 20, 20, 4200", "3, 3, 1, 1, 1", "3, 5, 1, 2, 3", "7, 3, 5, 3, 30", "5, 5, 2, 13, 182"})
    void whereSourcesAndReceiversCoincideHalfTheRowsAreLeft(int nx, int nz, int frequencies, int points, int rows) {
        Survey survey = oneLine(frequencies, points);
        Folding folding = new Folding(grid(nx, nz), survey);

        assertThat(Folding.rows(survey)).isEqualTo(rows);
        assertThat(folding.operator().rows()).isEqualTo(rows);
        assertExact(folding, new BornOperator(grid(nx, nz), survey));
    }

    @Test
    void whatCountsIsWhichPositionsAreTheSame() {
        List<Position> line = Survey.line(LEFT, RIGHT, 5);
        List<Position> reversed = new ArrayList<>(line);
        Collections.reverse(reversed);
        List<Position> shifted = Survey.line(new Position(-479, -5), new Position(481, -5), 5);
        List<Position> four = line.subList(1, 5);
        List<Position> twice = List.of(line.get(0), line.get(0), line.get(2));
        List<Survey> surveys = List.of(
                survey(2, line, reversed),
                survey(2, line, shifted),
                survey(2, line, four),
                survey(3, four, line),
                survey(2, line, Survey.line(LEFT, RIGHT, 3)),
                survey(1, twice, line),
                survey(1, twice, twice));
        List<Integer> rows = List.of(2 * 15, 2 * 25, 2 * (20 - 6), 3 * (20 - 6), 2 * (15 - 3), 10 - 1, 3);

        for (int i = 0; i < rows.size(); i++) {
            Survey survey = surveys.get(i);
            Folding folding = new Folding(grid(3, 4), survey);
            assertThat(Folding.rows(survey)).isEqualTo((long) rows.get(i));
            assertThat(folding.operator().rows()).isEqualTo(rows.get(i));
            assertExact(folding, new BornOperator(grid(3, 4), survey));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10, 20, 20, 20, 50",
        "3, 5, 4, 7, 3, 8",
        "7, 3, 1, 5, 11, 11",
        "3, 3, 13, 1, 5, 5",
        // As many real rows as cells; fewer, of cells in an odd number.
        "4, 4, 1, 2, 4, 8",
        "5, 5, 1, 2, 3, 13",
        "3, 3, 1, 1, 1, 5",
        // Several lots of rows; cells that data of this few frequencies can't tell apart.
        "17, 19, 2, 11, 13, 162"
    })
    void halfAsManyRowsAsCellsAreEnough(int nx, int nz, int frequencies, int sources, int receivers, int rows) {
        Survey survey = survey(
                frequencies,
                Survey.line(LEFT, RIGHT, sources),
                Survey.line(new Position(-450, -5), new Position(470, 315), receivers));
        Compression compression = new Compression(grid(nx, nz), survey);

        assertThat(Compression.rows(nx * nz)).isEqualTo(rows);
        assertThat(compression.operator().rows()).isEqualTo(rows);
        assertExact(compression, new BornOperator(grid(nx, nz), survey));
    }

    @Test
    void equalRowsAreFoldedBeforeTheyAreCompressed() {
        Survey survey = oneLine(20, 20);
        assertExact(new Compression(grid(10, 10), survey), new BornOperator(grid(10, 10), survey));
    }

    @Test
    void theOperatorMayHaveAnyRank() {
        int cells = 9;
        double[] re = new double[40 * cells];
        double[] im = new double[40 * cells];
        // Cell 0 shows nowhere, cells 1 and 2 alike, and most rows are the same.
        for (int row = 0; row < 40; row++) {
            for (int x = 1; x < cells; x++) {
                re[row * cells + x] = random(cells, row % 3)[Math.max(2, x)];
                im[row * cells + x] = random(cells, 7)[Math.max(2, x)];
            }
        }
        MatrixOperator k = new MatrixOperator(40, cells, re, im);
        assertExact(new Compression(k), k);

        MatrixOperator zero = new MatrixOperator(3, cells, new double[3 * cells], new double[3 * cells]);
        ComplexVector data = new ComplexVector(random(3, 1), random(3, 2));
        ReducedData reduced = new Compression(zero).reduce(data);
        assertThat(reduced.data().normSquared()).isZero();
        assertThat(reduced.constant()).isCloseTo(data.normSquared(), within(1e-15));
    }
}
