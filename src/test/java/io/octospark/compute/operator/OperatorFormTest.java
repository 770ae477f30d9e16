package io.octospark.compute.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.InversionProblem;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.NonLinearSettings.Stage;
import io.octospark.model.OffsetRange;
import io.octospark.model.Precision;
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
        "FOLDED, 4200, 6_720_000, 13_440_000",
        // Beside the factor the reflections of the folded rows, and the factor before it is packed.
        "COMPRESSED, 50, 6_880_000, 6_960_000"
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
        for (OperatorForm form : List.of(OperatorForm.GRAM, OperatorForm.FOLDED, OperatorForm.COMPRESSED)) {
            assertThat(form.obstacle(Precision.FLOAT64, problem))
                    .isEqualTo("forward_model.type is not born, so that the operator changes with the total field");
        }
        assertThat(OperatorForm.DENSE.obstacle(Precision.FLOAT32, problem)).isNull();
        // Of a stage with five of the twenty frequencies. A field of 100 cells takes 1600 bytes.
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
    void aProcessHasOneOperatorOfEachForm() {
        InversionProblem problem = NOTEBOOK.problem();
        Reduction folded = SharedOperators.get(OperatorForm.FOLDED, problem.grid(), problem.survey());

        assertThat(folded.operator().rows()).isEqualTo(4200);
        assertThat(SharedOperators.get(OperatorForm.FOLDED, problem.grid(), problem.survey()))
                .isSameAs(folded);
        assertThat(SharedOperators.get(OperatorForm.COMPRESSED, problem.grid(), problem.survey())
                        .operator()
                        .rows())
                .isEqualTo(50);
    }
}
