package io.octospark.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.OperatorForm.Choice;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.model.experiment.InversionProblem;
import org.junit.jupiter.api.Test;

class OperatorFormChoiceTest {
    private static final long GIB = 1L << 30;

    private static InversionProblem problem(int side, int frequencies, int points, double tolerance) {
        Survey survey = new Survey(
                2000,
                Survey.frequencies(10, 40, frequencies),
                Survey.line(new Position(-480, -5), new Position(480, -5), points),
                Survey.line(new Position(-480, -5), new Position(480, -5), points));
        return new InversionProblem(
                Grid.of(side, side, new Position(-300, 0), new Position(300, 300)),
                survey,
                new InversionSettings(InversionMode.STANDARD, tolerance, 1000, 100, 1));
    }

    @Test
    void coresTakeTheNormalOperator() {
        assertThat(OperatorForm.forCores(Precision.FLOAT64, problem(10, 20, 20, 1e-6), GIB))
                .isEqualTo(new Choice(OperatorForm.GRAM, "many grids at once are quickest"));
    }

    @Test
    void aSmallToleranceTakesTheCompressedOperator() {
        assertThat(OperatorForm.forCores(Precision.FLOAT64, problem(10, 20, 20, 1e-12), GIB))
                .isEqualTo(
                        new Choice(
                                OperatorForm.COMPRESSED,
                                "tolerance = 1.0E-12 is below 1.0E-10, where the normal operator no longer carries the misfit"));
    }

    @Test
    void aLargeGridTakesTheFactors() {
        assertThat(OperatorForm.forCores(Precision.FLOAT64, problem(120, 15, 20, 1e-6), GIB))
                .isEqualTo(new Choice(
                        OperatorForm.FACTORED, "the normal operator would take 2373 MiB, there are 1024 MiB for it"));
        // Fewer measurements than half the cells, and a tolerance that is not for the normal operator.
        assertThat(OperatorForm.forCores(Precision.FLOAT64, problem(20, 1, 10, 1e-12), GIB)
                        .form())
                .isEqualTo(OperatorForm.FACTORED);
    }

    @Test
    void anArithmeticThatIsAskedForTakesTheMatrix() {
        assertThat(OperatorForm.forCores(Precision.FLOAT32, problem(10, 20, 20, 1e-6), GIB))
                .isEqualTo(new Choice(
                        OperatorForm.DENSE, "precision = float32 is an arithmetic of the products with the matrix"));
    }
}
