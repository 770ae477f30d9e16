package io.octospark.compute.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.InversionProblem;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.NonLinearSettings.Stage;
import io.octospark.model.OffsetRange;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.physics.Compression;
import io.octospark.physics.Folding;
import io.octospark.physics.Reduction;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorFormTest {
    private static final Experiment NOTEBOOK = ExperimentReader.read(Path.of("conf/notebook.json"), Optional.empty());

    @ParameterizedTest
    @CsvSource({
        "DENSE, 8000, 12_800_000, 25_600_000",
        // Beside the factor the reflections of the folded rows, and the factor before it is packed.
        "REDUCED, 50, 6_880_000, 6_960_000"
    })
    void rowsAndBytesOfTheNotebook(OperatorForm form, long rows, String float64, String float32OnTwoUnits) {
        InversionProblem problem = NOTEBOOK.problem();
        assertThat(form.rows(problem)).isEqualTo(rows);
        assertThat(form.bytes(Precision.FLOAT64, problem, 2)).isEqualTo(number(float64));
        assertThat(form.bytes(Precision.FLOAT32, problem, 2)).isEqualTo(number(float32OnTwoUnits));
        assertThat(form.obstacle(Precision.FLOAT32, problem)).isNull();
    }

    private static long number(String digits) {
        return Long.parseLong(digits.replace("_", ""));
    }

    @Test
    void anOperatorThatChangesIsOfFieldsOrAMatrix() {
        InversionProblem born = NOTEBOOK.problem();
        NonLinearSettings settings =
                new NonLinearSettings(10, 1e-6, true, 0, -1, 1, OffsetRange.ALL, List.of(new Stage(0, 4, 9)));
        InversionProblem problem = new InversionProblem(
                born.grid(), born.survey(), born.inversion(), new FiniteDifference(0, 0, 0, 0), null, settings);
        for (OperatorForm form : List.of(OperatorForm.GRAM, OperatorForm.REDUCED)) {
            assertThat(form.obstacle(Precision.FLOAT64, problem))
                    .isEqualTo("forward_model.type is not born, so that the operator changes with the total field");
        }
        assertThat(OperatorForm.DENSE.obstacle(Precision.FLOAT32, problem)).isNull();
        // A stage with five of the twenty frequencies. A field of 100 cells takes 1600 bytes.
        assertThat(OperatorForm.DENSE.rows(problem)).isEqualTo(5 * 20 * 20);
        long receivers = 20 * 20 * 1600;
        long sources = 2 * 5 * 20 * 1600;
        assertThat(OperatorForm.FACTORED.bytes(Precision.FLOAT64, problem, 3)).isEqualTo(receivers + 3 * sources);
        assertThat(OperatorForm.DENSE.bytes(Precision.FLOAT64, problem, 3))
                .isEqualTo(receivers + 3 * (sources + 2000 * 1600));
        assertThat(OperatorForm.DENSE.bytes(Precision.FLOAT32, problem, 3))
                .isEqualTo(receivers + 3 * (sources + 2000 * 800));
    }

    @Test
    void aReducedOperatorHasTheFewestRows() {
        InversionProblem factor = NOTEBOOK.problem();
        assertThat(OperatorForm.reduction(factor)).isEqualTo("the triangular factor, 50 rows in place of 8000");
        Reduction reduction = SharedOperators.get(OperatorForm.REDUCED, factor.grid(), factor.survey());
        assertThat(reduction).isInstanceOf(Compression.class);
        assertThat(reduction.operator().rows()).isEqualTo(50);
        assertThat(SharedOperators.get(OperatorForm.REDUCED, factor.grid(), factor.survey()))
                .isSameAs(reduction);

        InversionProblem folded = ofOneFrequency(9, -480);
        assertThat(OperatorForm.reduction(folded)).isEqualTo("equal rows folded into one, 45 rows in place of 81");
        assertThat(OperatorForm.REDUCED.rows(folded)).isEqualTo(45);
        assertThat(OperatorForm.REDUCED.bytes(Precision.FLOAT64, folded, 1)).isEqualTo(45 * 100 * 16);
        assertThat(OperatorForm.REDUCED.obstacle(Precision.FLOAT64, folded)).isNull();
        reduction = SharedOperators.get(OperatorForm.REDUCED, folded.grid(), folded.survey());
        assertThat(reduction).isInstanceOf(Folding.class);
        assertThat(reduction.operator().rows()).isEqualTo(45);

        assertThat(OperatorForm.REDUCED.obstacle(Precision.FLOAT64, ofOneFrequency(7, -479)))
                .isEqualTo("sources and receivers have fewer than two places in common, so no rows are equal, and the"
                        + " triangular factor of 100 cells has 50 rows, not fewer than the 49 measurements");
    }

    /** The notebook with one frequency and as many sources as receivers. */
    private static InversionProblem ofOneFrequency(int points, double firstReceiver) {
        InversionProblem born = NOTEBOOK.problem();
        Position last = new Position(480, -5);
        Survey survey = new Survey(
                2000,
                List.of(10.0),
                Survey.line(new Position(-480, -5), last, points),
                Survey.line(new Position(firstReceiver, -5), last, points).stream()
                        .map(place -> firstReceiver == -480 ? place : new Position(place.x() - 1, place.z()))
                        .toList());
        return new InversionProblem(
                born.grid(), survey, born.inversion(), born.forwardModel(), born.synthetic(), born.nonLinear());
    }

    @Test
    void namesOfEarlierVersionsAreTheReducedForm() {
        for (String name : List.of("folded", "COMPRESSED", "reduced", "Reduced")) {
            assertThat(OperatorForm.of(name)).isEqualTo(OperatorForm.REDUCED);
        }
        assertThat(OperatorForm.of("gram")).isEqualTo(OperatorForm.GRAM);
        assertThat(OperatorForm.isFormerName("Folded")).isTrue();
        assertThat(OperatorForm.isFormerName("reduced")).isFalse();
        assertThatThrownBy(() -> OperatorForm.of("fast")).isInstanceOf(IllegalArgumentException.class);
    }
}
