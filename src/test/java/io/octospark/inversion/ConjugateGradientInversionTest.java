package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.error.ErrorCode;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConjugateGradientInversionTest {
    private static final InversionSettings SETTINGS = settings(1e-6, 1000);

    private static InversionSettings settings(double tolerance, int max) {
        return new InversionSettings(InversionMode.STANDARD, tolerance, max, 100, 1);
    }

    private static Grid grid(int nx, int nz) {
        return Grid.of(nx, nz, new Position(-200, 0), new Position(200, 250));
    }

    private static Survey survey(int frequencies, int sources, int receivers) {
        return new Survey(
                2000,
                Survey.frequencies(10, 40, frequencies),
                Survey.line(new Position(-400, -5), new Position(400, -25), sources),
                Survey.line(new Position(-380, 290), new Position(420, 310), receivers));
    }

    private static double[] disc(Grid grid) {
        double[] chi = new double[grid.cells()];
        for (int i = 0; i < chi.length; i++) {
            boolean inside = i % grid.nx() > 0 && i % grid.nx() < grid.nx() - 1 && i / grid.nx() == grid.nz() / 2;
            chi[i] = inside ? 0.2 : 0;
        }
        return chi;
    }

    private static ComplexVector data(LinearOperator k, double[] chi) {
        ComplexVector p = ComplexVector.zeros(k.rows());
        k.forward(chi, p);
        return p;
    }

    /** Sources and receivers on different lines, different numbers of them, small and oblong grids, one frequency. */
    @ParameterizedTest
    @CsvSource({"3, 3, 4, 5, 7", "7, 5, 6, 11, 3", "4, 9, 1, 13, 17", "10, 10, 5, 1, 8", "5, 3, 3, 6, 1"})
    void reconstructsAwkwardCases(int nx, int nz, int frequencies, int sources, int receivers) {
        Grid grid = grid(nx, nz);
        BornOperator k = new BornOperator(grid, survey(frequencies, sources, receivers));

        Reconstruction result = new ConjugateGradientInversion(grid, SETTINGS).invert(k, data(k, disc(grid)));

        assertThat(result.error()).isEmpty();
        assertThat(result.stopReason()).isIn(StopReason.TOLERANCE, StopReason.STALLED);
        assertThat(result.residual()).isLessThan(1e-2);
        assertThat(result.residual()).isEqualTo(result.residualHistory()[result.iterations() - 1]);
        assertThat(result.contrast()).hasSize(grid.cells()).doesNotContain(Double.NaN);
    }

    @Test
    void zeroDataGiveZeroContrast() {
        Grid grid = grid(4, 5);
        BornOperator k = new BornOperator(grid, survey(2, 3, 4));

        Reconstruction result = new ConjugateGradientInversion(grid, SETTINGS).invert(k, ComplexVector.zeros(k.rows()));

        assertThat(result.stopReason()).isEqualTo(StopReason.ZERO_DATA);
        assertThat(result.stopReason().converged()).isTrue();
        assertThat(result.iterations()).isZero();
        assertThat(result.contrast()).containsOnly(0.0).hasSize(20);
    }

    @Test
    void dataThatAreNotNumbersFail() {
        Grid grid = grid(4, 5);
        BornOperator k = new BornOperator(grid, survey(2, 3, 4));
        ComplexVector p = data(k, disc(grid));
        p.im()[3] = Double.NaN;

        Reconstruction result = new ConjugateGradientInversion(grid, SETTINGS).invert(k, p);

        assertThat(result.stopReason()).isEqualTo(StopReason.FAILED);
        assertThat(result.stopReason().converged()).isFalse();
        assertThat(result.error())
                .hasValue(new GridError(
                        ErrorCode.GRID_DATA, "the squared norm of the data is NaN, its inverse is not a number"));
    }

    @Test
    void anInfiniteProductFailsWithItsPass() {
        Grid grid = grid(4, 5);
        BornOperator k = new BornOperator(grid, survey(2, 3, 4));
        LinearOperator breaking = new Decorated(k) {
            private int calls;

            @Override
            public void forward(double[] contrast, ComplexVector data) {
                super.forward(contrast, data);
                if (++calls == 4) {
                    data.re()[0] = Double.POSITIVE_INFINITY;
                }
            }
        };

        Reconstruction result = new ConjugateGradientInversion(grid, SETTINGS).invert(breaking, data(k, disc(grid)));

        assertThat(result.stopReason()).isEqualTo(StopReason.FAILED);
        assertThat(result.error()).hasValue(new GridError(ErrorCode.GRID_DIVERGED, "the cost of pass 1 is Infinity"));
        assertThat(result.residualHistory()).hasSize(1);
    }

    @Test
    void dataOutsideTheOperatorsRangeEndWithGradientZero() {
        Grid grid = grid(3, 3);
        // An operator that sees nothing: every gradient vanishes.
        LinearOperator blind = new LinearOperator() {
            @Override
            public int rows() {
                return 2;
            }

            @Override
            public int cells() {
                return 9;
            }

            @Override
            public void forward(double[] contrast, ComplexVector data) {
                data.re()[0] = 0;
                data.re()[1] = 0;
            }

            @Override
            public void adjoint(ComplexVector residual, double[] gradient) {
                Arrays.fill(gradient, 0);
            }
        };

        Reconstruction result = new ConjugateGradientInversion(grid, SETTINGS)
                .invert(blind, new ComplexVector(new double[] {1, 2}, new double[] {0, 0}));

        assertThat(result.stopReason()).isEqualTo(StopReason.GRADIENT_ZERO);
        assertThat(result.stopReason().converged()).isTrue();
        assertThat(result.contrast()).containsOnly(0.0);
        assertThat(result.residual()).isEqualTo(1);
    }

    /** A contrast that stays flat has no gradient to regularise: every pass takes the plain step. */
    @Test
    void flatContrastsAreReconstructedWithoutRegularisation() {
        Grid grid = grid(3, 4);
        // All cells act alike, so that gradient and contrast are flat; the second row can't be explained.
        LinearOperator sum = new LinearOperator() {
            @Override
            public int rows() {
                return 2;
            }

            @Override
            public int cells() {
                return 12;
            }

            @Override
            public void forward(double[] contrast, ComplexVector data) {
                double total = 0;
                for (double chi : contrast) {
                    total += chi;
                }
                data.re()[0] = total;
                data.re()[1] = 0;
            }

            @Override
            public void adjoint(ComplexVector residual, double[] gradient) {
                Arrays.fill(gradient, residual.re()[0]);
            }
        };

        Reconstruction result = new ConjugateGradientInversion(grid, SETTINGS)
                .invert(sum, new ComplexVector(new double[] {3, 1}, new double[] {0, 0}));

        assertThat(result.error()).isEmpty();
        assertThat(result.stopReason().converged()).isTrue();
        assertThat(result.contrast()).containsOnly(result.contrast()[0]);
        assertThat(result.contrast()[0]).isCloseTo(0.25, within(1e-14));
        assertThat(result.residual()).isCloseTo(0.1, within(1e-14));
    }

    @Test
    void theMostPassesAreKept() {
        Grid grid = grid(6, 5);
        BornOperator k = new BornOperator(grid, survey(3, 4, 5));

        Reconstruction result = new ConjugateGradientInversion(grid, settings(1e-30, 7)).invert(k, data(k, disc(grid)));

        assertThat(result.stopReason()).isEqualTo(StopReason.MAX_ITERATIONS);
        assertThat(result.stopReason().converged()).isFalse();
        assertThat(result.iterations()).isEqualTo(7);
    }

    @Test
    void oneInstanceServesManyGrids() {
        Grid grid = grid(6, 5);
        BornOperator k = new BornOperator(grid, survey(3, 4, 5));
        ConjugateGradientInversion inversion = new ConjugateGradientInversion(grid, SETTINGS);
        ComplexVector p = data(k, disc(grid));

        Reconstruction first = inversion.invert(k, p);
        inversion.invert(k, ComplexVector.zeros(k.rows()));
        Reconstruction again = inversion.invert(k, p);

        assertThat(again.contrast()).containsExactly(first.contrast());
        assertThat(again.residualHistory()).containsExactly(first.residualHistory());
    }

    /** An operator to be changed in one of its products. */
    private static class Decorated implements LinearOperator {
        private final LinearOperator operator;

        Decorated(LinearOperator operator) {
            this.operator = operator;
        }

        @Override
        public int rows() {
            return operator.rows();
        }

        @Override
        public int cells() {
            return operator.cells();
        }

        @Override
        public void forward(double[] contrast, ComplexVector data) {
            operator.forward(contrast, data);
        }

        @Override
        public void adjoint(ComplexVector residual, double[] gradient) {
            operator.adjoint(residual, gradient);
        }
    }
}
