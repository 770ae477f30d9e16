package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.forward.ForwardModels;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The two products of every operator are each other's adjoint: {@code Re <K x, y> = <x, Re(K^H y)>}. */
class LinearOperatorTest {
    private static Stream<Arguments> operators() {
        return Stream.of(new int[] {3, 3, 1, 1}, new int[] {7, 5, 3, 4}, new int[] {11, 13, 2, 6})
                .flatMap(size -> {
                    Grid grid = Grid.of(size[0], size[1], new Position(-300, 0), new Position(300, 300));
                    List<Position> line = Survey.line(new Position(-480, -5), new Position(480, -25), size[3]);
                    Survey survey = new Survey(2000, Survey.frequencies(10, 20, size[2]), line, line);
                    ForwardModel model = ForwardModels.of(grid, survey, new Integral(Solver.GMRES, 100, 1e-10));
                    double[] contrast = new SplittableRandom(2)
                            .doubles(grid.cells(), -0.1, 0.1)
                            .toArray();
                    BornOperator born = new BornOperator(grid, survey);
                    return Stream.of(
                            Arguments.of("born", grid, born),
                            Arguments.of("folded", grid, new Folding(grid, survey).operator()),
                            Arguments.of("compressed", grid, new Compression(born).operator()),
                            Arguments.of("factored, plain", grid, new FactoredOperator(grid, survey, Arithmetic.PLAIN)),
                            Arguments.of(
                                    "factored, vectors", grid, new FactoredOperator(grid, survey, Arithmetic.VECTOR)),
                            Arguments.of(
                                    "total fields",
                                    grid,
                                    TotalFieldOperator.of(
                                            TotalFieldOperator.receiverFields(grid, survey),
                                            model,
                                            0,
                                            size[2] - 1,
                                            contrast)));
                });
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("operators")
    void productsAreAdjoint(String name, Grid grid, LinearOperator k) {
        SplittableRandom random = new SplittableRandom(7);
        double[] x = random.doubles(k.cells(), -1, 1).toArray();
        ComplexVector y = new ComplexVector(
                random.doubles(k.rows(), -1, 1).toArray(),
                random.doubles(k.rows(), -1, 1).toArray());
        ComplexVector kx = ComplexVector.zeros(k.rows());
        double[] khy = new double[k.cells()];

        k.forward(x, kx);
        k.adjoint(y, khy);

        double scale = Math.sqrt(kx.normSquared() * y.normSquared());
        assertThat(scale).isPositive();
        double right =
                IntStream.range(0, x.length).mapToDouble(i -> x[i] * khy[i]).sum();
        assertThat(kx.realDot(y)).isCloseTo(right, within(1e-12 * scale));
    }
}
