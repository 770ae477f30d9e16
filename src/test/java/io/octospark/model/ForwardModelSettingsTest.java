package io.octospark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ForwardModelSettingsTest {
    private static void assertRefused(ThrowingCallable making, String message) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void limitsAreAllowed() {
        assertThat(new Integral(Solver.NEUMANN_SERIES, 1, 0).tolerance()).isZero();
        assertThat(new FiniteDifference(0, 0, 0, 0).sourceHalfWidth()).isZero();
        assertThat(new FiniteDifference(0, 2.5, 8, FiniteDifference.MAX_BETA).kaiserBeta())
                .isEqualTo(100);
    }

    @Test
    void whatNoSolverCanDoIsRefused() {
        assertRefused(() -> new Integral(Solver.GMRES, 0, 1e-8), "a solver needs at least 1 pass, got 0");
        assertRefused(() -> new Integral(Solver.GMRES, 10, 0), "not a tolerance for GMRES: 0.0");
        assertRefused(() -> new Integral(Solver.NEUMANN_SERIES, 10, -1), "not a tolerance for NEUMANN_SERIES: -1.0");
        assertRefused(
                () -> new Integral(Solver.FITTED_SERIES, 10, Double.NaN), "not a tolerance for FITTED_SERIES: NaN");
    }

    @Test
    void widthsAndWindowsOutOfRangeAreRefused() {
        assertRefused(
                () -> new FiniteDifference(-1, 0, 0, 0),
                "width of the layers left and right: must be from 0 to 100, got -1.0");
        assertRefused(
                () -> new FiniteDifference(0, Double.NaN, 0, 0),
                "width of the layers above and below: must be from 0 to 100, got NaN");
        assertRefused(
                () -> new FiniteDifference(0, 0, -2, 0), "half-width of the source: must be from 0 to 100, got -2");
        assertRefused(
                () -> new FiniteDifference(0, 0, 4, 101),
                "beta of the Kaiser window: must be from 0 to 100, got 101.0");
    }
}
