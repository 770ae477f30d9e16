package io.octospark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.octospark.error.InvalidInputException;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelGeneratorTest {
    private static final double C0 = 2000;

    private static final List<Grid> GRIDS = List.of(
            DataSets.grid(3, 3),
            DataSets.grid(7, 5),
            DataSets.grid(10, 10),
            DataSets.grid(13, 101),
            Grid.of(3, 4, new Position(0, 0), new Position(10_000, 1)));

    private static ModelGenerator generator(ModelKind kind, Grid grid, long seed) {
        return new ModelGenerator(kind, grid, C0, ModelGenerator.DEFAULT_AMPLITUDE, seed);
    }

    private static double largest(double[] chi) {
        return Arrays.stream(chi).map(Math::abs).max().orElseThrow();
    }

    @Test
    void layersAreTheNotebooks() {
        double[] rows = {
            0, 0.17355371900826455, 0.19803965248384958, 0.2438563327032136, 0.22145328719723167, 0, 0, 0, 0, 0
        };
        double[] chi = generator(ModelKind.LAYERS, DataSets.grid(10, 10), 0).contrast(0);
        assertThat(chi).hasSize(100);
        for (int cell = 0; cell < chi.length; cell++) {
            assertThat(chi[cell]).isCloseTo(rows[cell / 10], within(1e-15));
        }
    }

    @Test
    void layersKeepTheirShareOfTheDepth() {
        double[] tall = generator(ModelKind.LAYERS, DataSets.grid(3, 25), 0).contrast(0);
        double[] notebook = generator(ModelKind.LAYERS, DataSets.grid(3, 10), 0).contrast(0);
        int[] layers = {0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9};
        for (int iz = 0; iz < 25; iz++) {
            assertThat(Arrays.copyOfRange(tall, 3 * iz, 3 * iz + 3)).containsOnly(notebook[3 * layers[iz]]);
        }
    }

    @Test
    void camembertIsADiscInTheMiddle() {
        Grid square = Grid.of(8, 8, new Position(0, 0), new Position(80, 80));
        double a = 0.3;
        assertThat(generator(ModelKind.CAMEMBERT, square, 0).contrast(0))
                .containsExactly(
                        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, a, 0, 0, 0, 0, 0, a, a, a, a, 0, 0,
                        0, 0, a, a, a, a, 0, 0, 0, 0, 0, a, a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(generator(ModelKind.CAMEMBERT, DataSets.grid(3, 3), 0).contrast(0))
                .containsExactly(0, 0, 0, 0, a, 0, 0, 0, 0);
    }

    @Test
    void camembertCoversTheAreaOfTheDisc() {
        Grid wide = Grid.of(400, 200, new Position(-100, 50), new Position(300, 250));
        double[] chi = generator(ModelKind.CAMEMBERT, wide, 0).contrast(0);
        double area = Arrays.stream(chi).filter(value -> value == 0.3).count() * wide.cellVolume();
        assertThat(area).isCloseTo(Math.PI * 50 * 50, within(40.0));
        assertThat(chi[100 * 400 + 200]).isEqualTo(0.3);
        assertThat(Arrays.stream(chi).filter(value -> value == 0 || value == 0.3))
                .hasSize(chi.length);
    }

    @ParameterizedTest
    @EnumSource(names = {"CAMEMBERT", "SMOOTH", "BLOCKY", "TEMPLE"})
    void contrastsStayWithinTheAmplitude(ModelKind kind) {
        for (double amplitude : new double[] {1e-9, 0.3, Math.nextDown(1.0)}) {
            for (Grid grid : GRIDS) {
                ModelGenerator generator = new ModelGenerator(kind, grid, C0, amplitude, 42);
                for (long number = 0; number < 50; number++) {
                    double[] chi = generator.contrast(number);
                    assertThat(chi).hasSize(grid.cells());
                    assertThat(largest(chi)).isLessThanOrEqualTo(amplitude);
                }
            }
        }
    }

    @Test
    void smoothFieldsReachTheAmplitudeAndVaryLittleFromCellToCell() {
        Grid grid = DataSets.grid(101, 67);
        for (long number = 0; number < 20; number++) {
            double[] chi = generator(ModelKind.SMOOTH, grid, 1).contrast(number);
            assertThat(largest(chi)).isEqualTo(0.3);
            for (int cell = 1; cell < chi.length; cell++) {
                if (cell % grid.nx() > 0) {
                    assertThat(Math.abs(chi[cell] - chi[cell - 1])).isLessThan(0.1);
                }
            }
        }
        for (Grid small : GRIDS) {
            assertThat(largest(generator(ModelKind.SMOOTH, small, 1).contrast(3)))
                    .isEqualTo(0.3);
        }
    }

    @Test
    void blocksAreFewAndLieOnZeros() {
        Grid grid = DataSets.grid(31, 17);
        for (long number = 0; number < 50; number++) {
            double[] chi = generator(ModelKind.BLOCKY, grid, 1).contrast(number);
            long values =
                    Arrays.stream(chi).filter(value -> value != 0).distinct().count();
            assertThat(values).isBetween(1L, 8L);
        }
        assertThat(generator(ModelKind.BLOCKY, grid, 1).contrast(0)).contains(0.0);
    }

    @ParameterizedTest
    @EnumSource(names = {"SMOOTH", "BLOCKY"})
    void aModelDependsOnSeedAndNumberOnly(ModelKind kind) {
        Grid grid = DataSets.grid(7, 5);
        Set<List<Double>> different = new HashSet<>();
        for (long seed : new long[] {0, 1, 2, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            ModelGenerator generator = generator(kind, grid, seed);
            for (long number = 29; number >= 0; number--) {
                double[] chi = generator.contrast(number);
                assertThat(generator(kind, grid, seed).contrast(number)).containsExactly(chi);
                different.add(Arrays.stream(chi).boxed().toList());
            }
        }
        assertThat(different).hasSize(6 * 30);
    }

    @ParameterizedTest
    @EnumSource(names = {"LAYERS", "CAMEMBERT", "TEMPLE"})
    void theOtherKindsAreAlwaysTheSame(ModelKind kind) {
        Grid grid = DataSets.grid(7, 5);
        assertThat(generator(kind, grid, 1).contrast(2))
                .containsExactly(generator(kind, grid, 3).contrast(4));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.3, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesAmplitudesOutsideZeroToOne(double amplitude) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> new ModelGenerator(ModelKind.LAYERS, DataSets.grid(3, 3), C0, amplitude, 0))
                .withMessage("amplitude: " + amplitude
                        + ", it must be above 0 and below 1, as contrasts must; give one like 0.3");
    }

    @Test
    void kindsHaveKeys() {
        assertThat(ModelKind.values())
                .extracting(ModelKind::toString)
                .containsExactly("layers", "camembert", "smooth", "blocky", "temple");
        assertThat(ModelKind.BLOCKY).hasToString("blocky");
    }
}
