package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.error.ErrorCode;
import io.octospark.inversion.PlainNonLinear.Complex;
import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.NonLinearSettings.Stage;
import io.octospark.model.OffsetRange;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.ForwardModelException;
import io.octospark.physics.MatrixOperator;
import io.octospark.physics.RowOperator;
import io.octospark.physics.TotalFieldOperator;
import io.octospark.physics.forward.ForwardModels;
import io.octospark.physics.forward.PlainFiniteDifferences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The non-linear inversion, against a plain restatement that shares no code with it. */
class NonLinearInversionTest {
    private static final int PASSES = 20;
    private static final double TOLERANCE = 1e-8;
    private static final ForwardModelSettings SETTINGS = new Integral(Solver.NEUMANN_SERIES, PASSES, TOLERANCE);
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static final Grid GRID = Grid.of(7, 5, new Position(-140, 0), new Position(140, 150));
    private static final Survey SURVEY = new Survey(
            2000,
            Survey.frequencies(10, 25, 3),
            Survey.line(new Position(-200, -10), new Position(200, -30), 4),
            Survey.line(new Position(-180, 170), new Position(220, 180), 5));

    private static final PlainNonLinear PLAIN = new PlainNonLinear(GRID, SURVEY);

    /** Computes with matrices, as units do, and keeps them. */
    private static final class Matrices extends LoadedOperator {
        private final List<MatrixOperator> loaded = new ArrayList<>();

        @Override
        public void load(RowOperator operator) {
            MatrixOperator matrix = MatrixOperator.of(operator);
            loaded.add(matrix);
            super.load(matrix);
        }
    }

    private static final int OUTER = 3;
    private static final int INNER = 6;

    private final Matrices place = new Matrices();

    /** The forward model of the restatement. */
    private ForwardModel neumann() {
        return (frequency, contrast) -> Arrays.stream(PLAIN.neumann(frequency, contrast, PASSES, TOLERANCE))
                .map(NonLinearInversionTest::vector)
                .toArray(ComplexVector[]::new);
    }

    private static ComplexVector vector(Complex[] values) {
        return new ComplexVector(
                Arrays.stream(values).mapToDouble(Complex::re).toArray(),
                Arrays.stream(values).mapToDouble(Complex::im).toArray());
    }

    private static double[] truth() {
        double[] chi = new double[GRID.cells()];
        for (int x = 0; x < chi.length; x++) {
            boolean inside = x % 7 > 1 && x % 7 < 5 && x / 7 > 0 && x / 7 < 4;
            chi[x] = inside ? 0.2 + 0.01 * (x % 3) : 0;
        }
        return chi;
    }

    private Complex[] plainData() {
        return PLAIN.times(PLAIN.matrix(PLAIN.neumann(truth(), PASSES, TOLERANCE)), truth());
    }

    private static InversionProblem problem(NonLinearSettings settings) {
        return new InversionProblem(
                GRID,
                SURVEY,
                new InversionSettings(InversionMode.STANDARD, 1e-6, 1000, 100, 1),
                SETTINGS,
                null,
                settings);
    }

    private static NonLinearSettings settings(int inner, double tolerance, boolean regularised, Stage... stages) {
        return new NonLinearSettings(
                inner, tolerance, regularised, 0, -INFINITY, INFINITY, OffsetRange.ALL, List.of(stages));
    }

    private Reconstruction invert(NonLinearSettings settings, ForwardModel model, ComplexVector p) {
        return invert(settings, model, p, new double[GRID.cells()]);
    }

    private Reconstruction invert(NonLinearSettings settings, ForwardModel model, ComplexVector p, double[] start) {
        ComplexVector[][] receiverFields = TotalFieldOperator.receiverFields(GRID, SURVEY);
        return new NonLinearInversion(problem(settings), receiverFields, model, 1).invert(place, p, start);
    }

    private Reconstruction invert(NonLinearSettings settings) {
        return invert(settings, neumann(), vector(plainData()));
    }

    // Against the restatement

    @ParameterizedTest
    @CsvSource({"4, 10, 1e-9, true", "2, 1, 1e-9, true", "3, 6, 1e-2, true", "3, 8, 1e-9, false"})
    void isThePlainRestatementPassByPass(int outer, int inner, double tolerance, boolean regularised) {
        PlainNonLinear.Result expected = PLAIN.invert(
                chi -> PLAIN.neumann(chi, PASSES, TOLERANCE),
                plainData(),
                outer,
                inner,
                tolerance,
                regularised,
                100,
                1);

        Reconstruction result = invert(settings(inner, tolerance, regularised, new Stage(0, 2, outer)));

        assertThat(result.error()).isEmpty();
        assertThat(result.stopReason()).isEqualTo(StopReason.MAX_ITERATIONS);
        assertThat(result.residualHistory()).hasSize(expected.history().size());
        for (int pass = 0; pass < result.iterations(); pass++) {
            double misfit = expected.history().get(pass);
            assertThat(result.residualHistory()[pass]).as("pass %d", pass).isCloseTo(misfit, within(1e-10 * misfit));
        }
        assertThat(result.contrast()).containsExactly(expected.chi(), within(1e-10));
        // Passes that the tolerance has cut off are those of the third case alone.
        assertThat(expected.history().size() < outer * inner).isEqualTo(tolerance == 1e-2);
        assertThat(place.loaded).hasSize(outer);
    }

    @ParameterizedTest
    @EnumSource(
            value = Solver.class,
            names = {"NEUMANN_SERIES", "FITTED_SERIES"})
    void isItWithTheForwardModelOfTheIntegralEquation(Solver solver) {
        int passes = 6;
        PlainNonLinear.Fields fields = solver == Solver.FITTED_SERIES
                ? chi -> PLAIN.fitted(chi, passes, TOLERANCE)
                : chi -> PLAIN.neumann(chi, passes, TOLERANCE);
        assertSame(PLAIN, GRID, SURVEY, fields, new Integral(solver, passes, TOLERANCE));
    }

    /** Absorbing boundary and layers, each with point and windowed source. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0, 2", "0.4, 0", "0.4, 2"})
    void isItWithTheForwardModelOfFiniteDifferences(double layers, int sourceHalfWidth) {
        Grid grid = Grid.of(6, 4, new Position(-100, 0), new Position(100, 120));
        Survey survey = new Survey(
                2000,
                List.of(10.0, 20.0),
                Survey.line(new Position(-90, -25), new Position(90, -25), 2),
                Survey.line(new Position(-120, 150), new Position(130, 150), 3));
        FiniteDifference settings = new FiniteDifference(layers, layers, sourceHalfWidth, 6.31);
        PlainNonLinear.Fields fields = chi -> {
            Complex[][][] byFrequency = new Complex[2][][];
            for (int f = 0; f < 2; f++) {
                byFrequency[f] = Arrays.stream(PlainFiniteDifferences.fields(grid, survey, settings, f, chi))
                        .map(field -> Arrays.stream(field)
                                .map(value -> new Complex(value.getReal(), value.getImaginary()))
                                .toArray(Complex[]::new))
                        .toArray(Complex[][]::new);
            }
            return byFrequency;
        };
        assertSame(new PlainNonLinear(grid, survey), grid, survey, fields, settings);
    }

    private void assertSame(
            PlainNonLinear plain,
            Grid grid,
            Survey survey,
            PlainNonLinear.Fields fields,
            ForwardModelSettings settings) {
        double[] truth = new double[grid.cells()];
        Arrays.setAll(
                truth, x -> x % grid.nx() > 1 && x % grid.nx() < 5 && x / grid.nx() > 0 ? 0.2 + 0.01 * (x % 3) : 0);
        Complex[] p = plain.times(plain.matrix(fields.of(truth)), truth);
        PlainNonLinear.Result expected = plain.invert(fields, p, OUTER, INNER, 1e-9, true, 100, 1);
        InversionProblem problem = new InversionProblem(
                grid,
                survey,
                new InversionSettings(InversionMode.STANDARD, 1e-6, 1000, 100, 1),
                settings,
                null,
                settings(INNER, 1e-9, true, new Stage(0, survey.frequenciesHz().size() - 1, OUTER)));

        Reconstruction result = new NonLinearInversion(
                        problem,
                        TotalFieldOperator.receiverFields(grid, survey),
                        ForwardModels.of(grid, survey, settings),
                        1)
                .invert(place, vector(p), new double[grid.cells()]);

        assertThat(result.error()).isEmpty();
        assertThat(result.residualHistory())
                .hasSize(OUTER * INNER)
                .hasSize(expected.history().size());
        for (int pass = 0; pass < result.iterations(); pass++) {
            double misfit = expected.history().get(pass);
            assertThat(result.residualHistory()[pass]).as("pass %d", pass).isCloseTo(misfit, within(1e-9 * misfit));
        }
        assertThat(result.contrast()).containsExactly(expected.chi(), within(1e-10));
    }

    // Measurements that are left out

    @Test
    void measurementsOutOfTheRangeOfOffsetsCountAsZero() {
        double maxOffset = 300;
        int within = new OffsetRange(0, maxOffset).pairs(SURVEY).length;
        assertThat(within).isBetween(5, 15);
        PlainNonLinear plain = new PlainNonLinear(GRID, SURVEY, maxOffset);
        PlainNonLinear.Fields fields = chi -> plain.neumann(chi, PASSES, TOLERANCE);
        Complex[] zeroed = plain.times(plain.matrix(fields.of(truth())), truth());
        assertThat(zeroed).hasSize(60).contains(Complex.ZERO);
        PlainNonLinear.Result expected = plain.invert(fields, zeroed, OUTER, INNER, 1e-9, true, 100, 1);
        NonLinearSettings settings = new NonLinearSettings(
                INNER,
                1e-9,
                true,
                0,
                -INFINITY,
                INFINITY,
                new OffsetRange(0, maxOffset),
                List.of(new Stage(0, 2, OUTER)));

        Reconstruction result = invert(settings);

        assertThat(result.residualHistory()).hasSize(OUTER * INNER);
        for (int pass = 0; pass < result.iterations(); pass++) {
            double misfit = expected.history().get(pass);
            assertThat(result.residualHistory()[pass]).as("pass %d", pass).isCloseTo(misfit, within(1e-10 * misfit));
        }
        assertThat(result.contrast()).containsExactly(expected.chi(), within(1e-10));
        assertThat(place.loaded).extracting(MatrixOperator::rows).containsOnly(3 * within);
    }

    @Test
    void aFollowedResidualIsTheComputedOne() {
        NonLinearSettings settings = settings(10, 1e-9, true, new Stage(0, 2, 2));
        ComplexVector p = vector(plainData());
        Reconstruction computed = invert(settings, neumann(), p);
        ComplexVector[][] receiverFields = TotalFieldOperator.receiverFields(GRID, SURVEY);

        Reconstruction followed = new NonLinearInversion(problem(settings), receiverFields, neumann(), 7)
                .invert(place, p, new double[GRID.cells()]);

        assertThat(followed.iterations()).isEqualTo(computed.iterations());
        assertThat(followed.contrast()).containsExactly(computed.contrast(), within(1e-10));
    }

    // Stages

    @Test
    void aStageGoesOnFromTheResultOfTheOneBefore() {
        ComplexVector p = vector(plainData());
        Reconstruction first = invert(settings(4, 1e-9, true, new Stage(0, 0, 2)), neumann(), p);
        Reconstruction second = invert(settings(4, 1e-9, true, new Stage(1, 2, 3)), neumann(), p, first.contrast());

        Reconstruction both = invert(settings(4, 1e-9, true, new Stage(0, 0, 2), new Stage(1, 2, 3)));

        assertThat(both.contrast()).isEqualTo(second.contrast());
        assertThat(Arrays.copyOf(both.residualHistory(), first.iterations())).isEqualTo(first.residualHistory());
        assertThat(both.iterations()).isEqualTo(first.iterations() + second.iterations());
        assertThat(both.residual()).isEqualTo(second.residual());
        assertThat(place.loaded).extracting(MatrixOperator::rows).endsWith(20, 20, 40, 40, 40);
    }

    // Bounds

    @Test
    void noContrastIsEverBeyondItsBounds() {
        List<double[]> modelled = new ArrayList<>();
        ForwardModel watched = (frequency, contrast) -> {
            modelled.add(contrast.clone());
            return neumann().totalFields(frequency, contrast);
        };
        double max = 0.15;
        NonLinearSettings free = settings(8, 1e-9, true, new Stage(0, 2, 3));
        NonLinearSettings bounded = new NonLinearSettings(8, 1e-9, true, 0, -0.01, max, OffsetRange.ALL, free.stages());
        assertThat(Arrays.stream(invert(free).contrast()).max().orElseThrow()).isGreaterThan(max);

        Reconstruction result = invert(bounded, watched, vector(plainData()));

        modelled.add(result.contrast());
        assertThat(modelled).hasSize(1 + 2 * 3).allSatisfy(chi -> {
            assertThat(Arrays.stream(chi).max().orElseThrow()).isLessThanOrEqualTo(max);
            assertThat(Arrays.stream(chi).min().orElseThrow()).isGreaterThanOrEqualTo(-0.01);
        });
        assertThat(result.contrast()).contains(max);
        assertThat(result.residualHistory()[result.iterations() - 1]).isLessThan(result.residualHistory()[0]);
    }

    @Test
    void boundsThatLeaveOutTheBackgroundBeginAtTheBound() {
        NonLinearSettings settings =
                new NonLinearSettings(1, 1e-9, true, 0, 0.05, INFINITY, OffsetRange.ALL, List.of(new Stage(0, 2, 1)));
        List<double[]> modelled = new ArrayList<>();
        invert(
                settings,
                (frequency, contrast) -> {
                    modelled.add(contrast.clone());
                    return neumann().totalFields(frequency, contrast);
                },
                vector(plainData()));

        assertThat(modelled).hasSize(3).allSatisfy(chi -> assertThat(chi).containsOnly(0.05));
    }

    // Ends

    @Test
    void theOuterRuleEndsAStage() {
        Stage many = new Stage(0, 2, 50);
        NonLinearSettings small =
                new NonLinearSettings(10, 1e-12, true, 1e-3, -INFINITY, INFINITY, OffsetRange.ALL, List.of(many));
        Reconstruction result = invert(small);

        assertThat(result.stopReason()).isEqualTo(StopReason.TOLERANCE);
        assertThat(result.stopReason().converged()).isTrue();
        assertThat(result.residual()).isLessThan(1e-3);
        assertThat(place.loaded).hasSizeBetween(2, 20);
    }

    @Test
    void aStageWithoutProgressHasStalled() {
        Stage many = new Stage(0, 2, 50);
        NonLinearSettings settings =
                new NonLinearSettings(2, 1e-12, true, 0.3, -INFINITY, INFINITY, OffsetRange.ALL, List.of(many));
        // Data of which no contrast makes much: those of one frequency, turned around.
        ComplexVector p = vector(plainData());
        for (int row = 0; row < p.length(); row += 2) {
            p.re()[row] = -p.re()[row];
        }
        Reconstruction result = invert(settings, neumann(), p);

        assertThat(result.stopReason()).isEqualTo(StopReason.STALLED);
        assertThat(place.loaded).hasSizeLessThan(50);
    }

    @Test
    void zeroDataGiveZeroContrast() {
        Reconstruction result = invert(settings(3, 1e-9, true, new Stage(0, 2, 2)), neumann(), ComplexVector.zeros(60));

        assertThat(result.stopReason()).isEqualTo(StopReason.ZERO_DATA);
        assertThat(result.contrast()).containsOnly(0.0).hasSize(35);
        assertThat(result.iterations()).isZero();
        assertThat(place.loaded).isEmpty();
    }

    @Test
    void nothingToImproveEndsWithGradientZero() {
        ForwardModel dark = (frequency, contrast) -> new ComplexVector[] {
            ComplexVector.zeros(35), ComplexVector.zeros(35), ComplexVector.zeros(35), ComplexVector.zeros(35)
        };
        double[] start = new double[GRID.cells()];
        Arrays.fill(start, 0.1);

        Reconstruction result = invert(settings(3, 1e-9, true, new Stage(0, 2, 2)), dark, vector(plainData()), start);

        assertThat(result.stopReason()).isEqualTo(StopReason.GRADIENT_ZERO);
        assertThat(result.contrast()).isEqualTo(start);
        assertThat(result.residual()).isEqualTo(1);
        assertThat(result.iterations()).isZero();
    }

    @Test
    void aForwardModelThatGivesUpFailsTheGrid() {
        ForwardModel failing = (frequency, contrast) -> {
            throw new ForwardModelException("no field at frequency " + frequency);
        };
        Reconstruction result = invert(settings(3, 1e-9, true, new Stage(0, 2, 2)), failing, vector(plainData()));

        assertThat(result.stopReason()).isEqualTo(StopReason.FAILED);
        assertThat(result.error())
                .hasValue(new GridError(ErrorCode.GRID_FORWARD_MODEL, "outer pass 1: no field at frequency 0"));
        assertThat(result.residualHistory()).hasSize(3);
        assertThat(result.contrast()).isEmpty();
    }

    @Test
    void fieldsThatAreNotNumbersFailTheGrid() {
        ForwardModel broken = (frequency, contrast) -> {
            ComplexVector[] fields = neumann().totalFields(frequency, contrast);
            fields[1].im()[7] = Double.NaN;
            return fields;
        };
        Reconstruction result =
                invert(settings(3, 1e-9, true, new Stage(0, 0, 1), new Stage(0, 2, 1)), broken, vector(plainData()));

        assertThat(result.error())
                .hasValue(new GridError(
                        ErrorCode.GRID_DIVERGED, "stage 1, outer pass 0: the cost of the updated total field is NaN"));
        assertThat(result.residualHistory()).hasSize(3);
    }

    @Test
    void dataThatAreNotNumbersFail() {
        ComplexVector p = vector(plainData());
        p.im()[3] = Double.NaN;
        Reconstruction result = invert(settings(3, 1e-9, true, new Stage(0, 2, 2)), neumann(), p);

        assertThat(result.error())
                .hasValue(new GridError(
                        ErrorCode.GRID_DATA, "the squared norm of the data is NaN, its inverse is not a number"));
    }
}
