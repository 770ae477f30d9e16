package io.octospark.compute.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.NonLinearSettings.Stage;
import io.octospark.model.OffsetRange;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorChoiceTest {
    private static final long GIB = 1L << 30;

    private static InversionProblem problem(
            int side, int frequencies, int sources, int receivers, double tolerance, int maxPasses) {
        Position left = new Position(-480, -5);
        Position right = new Position(480, -5);
        Survey survey = new Survey(
                2000,
                Survey.frequencies(10, 40, frequencies),
                Survey.line(left, right, sources),
                Survey.line(left, right, receivers));
        return new InversionProblem(
                Grid.of(side, side, new Position(-300, 0), new Position(300, 300)),
                survey,
                new InversionSettings(InversionMode.STANDARD, tolerance, maxPasses, 100, 1));
    }

    private static InversionProblem notebook(double tolerance) {
        return problem(10, 20, 20, 20, tolerance, 1000);
    }

    private static OperatorChoice choice(InversionProblem problem, long grids) {
        return OperatorChoice.forCores(Precision.FLOAT64, List.of(problem), false, grids, GIB);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 10, 1000, 1_000_000_000_000L})
    void gridsOfTheNotebookTakeTheNormalOperator(long grids) {
        assertThat(choice(notebook(1e-6), grids).form()).isEqualTo(OperatorForm.GRAM);
    }

    @Test
    void theChoiceSaysWhatTheFormsAreExpectedToTake() {
        String figure = "(\\d+ ms|\\d+\\.\\d s)";
        assertThat(choice(notebook(1e-6), 1000).reason())
                .matches("it is expected to take " + figure + " for 1000 grids on a core, reduced " + figure
                        + ", (factored|dense) " + figure + ", (factored|dense) " + figure);
    }

    @Test
    void aSmallToleranceTakesTheTriangularFactor() {
        OperatorChoice choice = choice(notebook(1e-12), 300);
        assertThat(choice.form()).isEqualTo(OperatorForm.REDUCED);
        assertThat(choice.reason())
                .endsWith(
                        "; gram can't: tolerance = 1.0E-12 is below 1.0E-10, where the normal operator no longer carries"
                                + " the misfit");
    }

    @Test
    void oneLargerGridTakesTheFactors() {
        InversionProblem problem = problem(48, 10, 20, 20, 1e-6, 20);
        assertThat(choice(problem, 1).form()).isEqualTo(OperatorForm.FACTORED);
        assertThat(choice(problem, 1000).form()).isEqualTo(OperatorForm.GRAM);
    }

    @Test
    void oneSourceTakesTheMatrix() {
        assertThat(choice(problem(64, 2, 1, 20, 1e-6, 50), 10).form()).isEqualTo(OperatorForm.DENSE);
    }

    @Test
    void whatDoesNotFitTheMemoryIsNotChosen() {
        OperatorChoice choice = choice(problem(120, 15, 20, 20, 1e-6, 1000), 1000);
        assertThat(choice.form()).isEqualTo(OperatorForm.FACTORED);
        assertThat(choice.reason())
                .contains("; gram can't: would take 2373 MiB, there are 1024 MiB for it")
                .contains("; dense can't: would take 1318 MiB, there are 1024 MiB for it");
        assertThat(OperatorChoice.forCores(Precision.FLOAT64, List.of(notebook(1e-6)), false, 1, 1000))
                .isEqualTo(new OperatorChoice(OperatorForm.FACTORED, "it needs least memory"));
    }

    /** All kernels are done with one form: the one that suits them together. */
    @Test
    void severalProblemsTakeOneForm() {
        OperatorChoice choice =
                OperatorChoice.forCores(Precision.FLOAT64, List.of(notebook(1e-6), notebook(1e-12)), false, 1000, GIB);
        assertThat(choice.form()).isEqualTo(OperatorForm.REDUCED);
    }

    @Test
    void anOperatorThatChangesIsOfFieldsOrAMatrix() {
        InversionProblem born = notebook(1e-6);
        NonLinearSettings settings =
                new NonLinearSettings(10, 1e-6, true, 0, -1, 1, OffsetRange.ALL, List.of(new Stage(0, 4, 9)));
        InversionProblem problem = new InversionProblem(
                born.grid(), born.survey(), born.inversion(), new FiniteDifference(0, 0, 0, 0), null, settings);
        assertThat(choice(problem, 1000))
                .isEqualTo(new OperatorChoice(OperatorForm.FACTORED, "the operator changes with the total field"));
    }

    @Test
    void anArithmeticThatIsAskedForTakesTheMatrix() {
        assertThat(OperatorChoice.forCores(Precision.FLOAT32, List.of(notebook(1e-6)), false, 1, GIB))
                .isEqualTo(new OperatorChoice(
                        OperatorForm.DENSE, "precision = float32 is an arithmetic of the products with the matrix"));
    }

    /** In plain Java all products take longer, and measured data cost a projection or reflections. */
    @ParameterizedTest
    @EnumSource(OperatorForm.class)
    void costsGrowWithWhatIsToBeDone(OperatorForm form) {
        InversionProblem problem = notebook(1e-6);
        OperatorCost vectors = OperatorCost.of(form, problem, false, Arithmetic.VECTOR);
        OperatorCost plain = OperatorCost.of(form, problem, false, Arithmetic.PLAIN);
        assertThat(plain.gridSeconds()).isGreaterThanOrEqualTo(vectors.gridSeconds());
        assertThat(plain.setUpSeconds()).isEqualTo(vectors.setUpSeconds());
        assertThat(OperatorCost.of(form, problem, true, Arithmetic.VECTOR).gridSeconds())
                .isGreaterThanOrEqualTo(vectors.gridSeconds());
        assertThat(vectors.seconds(2000)).isGreaterThan(vectors.seconds(1000));
    }
}
