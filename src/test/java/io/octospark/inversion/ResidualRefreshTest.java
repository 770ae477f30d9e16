package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A residual that is followed from pass to pass and computed afresh in between, compared with one that is computed in every
 * pass. {@code docs/accuracy.md} has figures.
 */
class ResidualRefreshTest {
    private static final int[] INTERVALS = {1, 2, 3, 10, 1000};

    /** Bound of ||chi - chi of interval 1|| / ||chi of interval 1||, all in float64. */
    private static final double CHI_TOLERANCE = 1e-12;

    /** Bound of each pass's residual, whose terms cancel, so that it is off by more than chi. */
    private static final double HISTORY_TOLERANCE = 1e-10;

    private static final Case NOTEBOOK = notebook();

    /** An inversion with its data: those of the truth in float64. */
    private record Case(String name, Grid grid, InversionSettings settings, BornOperator operator, ComplexVector data) {
        static Case of(String name, Grid grid, Survey survey, InversionSettings settings, double[] truth) {
            BornOperator operator = new BornOperator(grid, survey);
            ComplexVector data = ComplexVector.zeros(operator.rows());
            operator.forward(truth, data);
            return new Case(name, grid, settings, operator, data);
        }

        Reconstruction invert(LinearOperator products, int interval) {
            return new ConjugateGradientInversion(grid, settings, interval).invert(products, data);
        }

        /** ||p - K chi||^2 / ||p||^2 in float64, whatever the inversion's arithmetic. */
        double trueResidual(Reconstruction result) {
            ComplexVector difference = ComplexVector.zeros(operator.rows());
            operator.forward(result.contrast(), difference);
            difference.addScaled(-1, data);
            return difference.normSquared() / data.normSquared();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case notebook() {
        ReferenceCase reference = ReferenceCase.read("notebook_case.json");
        InversionProblem problem = reference.problem(1e-6, "standard");
        return Case.of("notebook", problem.grid(), problem.survey(), problem.inversion(), reference.trueContrast());
    }

    private static Case generated(
            ModelKind kind, int nx, int nz, int frequencies, int sources, int receivers, double tolerance, int max) {
        Grid grid = Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
        Survey survey = new Survey(
                2000,
                Survey.frequencies(10, 40, frequencies),
                Survey.line(new Position(-480, -5), new Position(480, -25), sources),
                Survey.line(new Position(-450, -5), new Position(470, 315), receivers));
        double[] truth = new ModelGenerator(kind, grid, 2000, 0.2, 1).contrast(0);
        String name = "%s, %d x %d cells, %d x %d x %d measurements, %s, %d"
                .formatted(kind, nx, nz, frequencies, sources, receivers, tolerance, max);
        return Case.of(
                name, grid, survey, new InversionSettings(InversionMode.STANDARD, tolerance, max, 100, 1), truth);
    }

    /** Many measurements, fewer than cells, one; with ends by either stop rule and by the most passes. */
    static Stream<Case> cases() {
        return Stream.of(
                NOTEBOOK,
                generated(ModelKind.SMOOTH, 3, 7, 1, 3, 2, 1e-6, 1000),
                generated(ModelKind.BLOCKY, 7, 3, 2, 1, 5, 1e-6, 1000),
                generated(ModelKind.BLOCKY, 3, 3, 1, 1, 1, 1e-6, 1000),
                generated(ModelKind.SMOOTH, 11, 13, 3, 5, 7, 1e-6, 1000),
                generated(ModelKind.LAYERS, 10, 10, 4, 6, 5, 1e-100, 20),
                generated(ModelKind.CAMEMBERT, 5, 17, 2, 3, 3, 1e-100, 19));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyIntervalGivesTheSameResult(Case problem) {
        Reconstruction fresh = problem.invert(problem.operator(), 1);

        for (int interval : INTERVALS) {
            Reconstruction result = problem.invert(problem.operator(), interval);
            assertThat(result.error()).as("interval %d", interval).isEmpty();
            assertThat(result.stopReason()).as("interval %d", interval).isEqualTo(fresh.stopReason());
            assertThat(result.iterations()).as("interval %d", interval).isEqualTo(fresh.iterations());
            assertThat(relativeDifference(result, fresh))
                    .as("interval %d", interval)
                    .isLessThanOrEqualTo(CHI_TOLERANCE);
            for (int pass = 0; pass < fresh.iterations(); pass++) {
                assertThat(result.residualHistory()[pass])
                        .as("interval %d, pass %d", interval, pass)
                        .isCloseTo(fresh.residualHistory()[pass], percentage(HISTORY_TOLERANCE));
            }
        }
    }

    /**
     * With P passes there are 1 + S + floor(P / interval) forward products: for the first step, for the step of S passes,
     * and for the residual of every interval-th pass. S is P, or P - 1 if the last pass ends by a stop rule, before its
     * step. There are 1 + S adjoint products, whatever the interval.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void productsAreMadeInTheStepsAndInEveryIntervalthPass(Case problem) {
        for (int interval : INTERVALS) {
            Counted products = new Counted(problem.operator());
            Reconstruction result = problem.invert(products, interval);

            int passes = result.iterations();
            int steps = result.stopReason() == StopReason.MAX_ITERATIONS ? passes : passes - 1;
            assertThat(products.forwards)
                    .as("interval %d", interval)
                    .isEqualTo(1 + steps + Math.floorDiv(passes, interval));
            assertThat(products.adjoints).as("interval %d", interval).isEqualTo(1 + steps);
        }
    }

    @Test
    void forwardProductsOfTheNotebookCase() {
        assertThat(Arrays.stream(INTERVALS).map(interval -> {
                    Counted products = new Counted(NOTEBOOK.operator());
                    NOTEBOOK.invert(products, interval);
                    return products.forwards;
                }))
                .containsExactly(36, 27, 24, 19, 18);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1000})
    void theNotebookCaseInSinglePrecisionIsThatOfDoublePrecision(int interval) {
        Reconstruction expected = NOTEBOOK.invert(NOTEBOOK.operator(), 1);
        Reconstruction result = inSinglePrecision(NOTEBOOK, interval);

        assertThat(result.stopReason()).isEqualTo(StopReason.TOLERANCE);
        assertThat(result.iterations()).isEqualTo(18);
        assertThat(relativeDifference(result, expected)).isLessThanOrEqualTo(1e-7);
        assertThat(result.residual()).isCloseTo(NOTEBOOK.trueResidual(result), percentage(1e-3));
    }

    /**
     * With fewer measurements than cells nothing keeps a followed residual from vanishing, whatever the true one is. Above
     * the rounding of single precision it is the true one all the same.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10})
    void residualsFarAboveSinglePrecisionAreTrue(int interval) {
        Case problem = generated(ModelKind.LAYERS, 10, 10, 2, 5, 4, 1e-10, 2000);
        Reconstruction result = inSinglePrecision(problem, interval);

        assertThat(result.stopReason().converged()).isTrue();
        assertThat(result.residual()).isLessThan(1e-7);
        assertThat(result.residual()).isCloseTo(problem.trueResidual(result), percentage(1e-2));
    }

    /** What a wrong product leaves in the residual stays there until the residual is computed from the data again. */
    @Test
    void theResidualIsComputedFromTheData() {
        Reconstruction followed = NOTEBOOK.invert(wrongInTheFourthForward(), 1000);
        Reconstruction refreshed = NOTEBOOK.invert(wrongInTheFourthForward(), 10);

        assertThat(followed.residual()).isNotCloseTo(NOTEBOOK.trueResidual(followed), percentage(0.5));
        assertThat(refreshed.residual()).isCloseTo(NOTEBOOK.trueResidual(refreshed), percentage(HISTORY_TOLERANCE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void intervalsBelowOneAreRefused(int interval) {
        assertThatThrownBy(() -> new ConjugateGradientInversion(NOTEBOOK.grid(), NOTEBOOK.settings(), interval))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("residualRefresh = " + interval);
    }

    private static Reconstruction inSinglePrecision(Case problem, int interval) {
        try (ComputeUnit<LinearOperator> unit = new CpuBackend(Precision.FLOAT32, OperatorForm.DENSE)
                .open(null, List.of(), problem.operator(), new PhaseClock())) {
            return problem.invert(unit.products().get(0), interval);
        }
    }

    private static Counted wrongInTheFourthForward() {
        return new Counted(NOTEBOOK.operator()) {
            @Override
            public void forward(double[] contrast, ComplexVector data) {
                super.forward(contrast, data);
                if (forwards == 4) {
                    for (int row = 0; row < data.length(); row += 2) {
                        data.re()[row] = 0;
                    }
                }
            }
        };
    }

    /** ||a - b|| / ||b|| of the contrasts. */
    private static double relativeDifference(Reconstruction a, Reconstruction b) {
        double difference = 0;
        double norm = 0;
        for (int cell = 0; cell < b.contrast().length; cell++) {
            difference += Math.pow(a.contrast()[cell] - b.contrast()[cell], 2);
            norm += Math.pow(b.contrast()[cell], 2);
        }
        return Math.sqrt(difference / norm);
    }

    private static Percentage percentage(double relative) {
        return Percentage.withPercentage(100 * relative);
    }

    /** Counts products. */
    private static class Counted implements LinearOperator {
        private final LinearOperator operator;
        int forwards;
        int adjoints;

        Counted(LinearOperator operator) {
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
            forwards++;
            operator.forward(contrast, data);
        }

        @Override
        public void adjoint(ComplexVector residual, double[] gradient) {
            adjoints++;
            operator.adjoint(residual, gradient);
        }
    }
}
