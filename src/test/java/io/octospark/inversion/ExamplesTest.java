package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.OperatorForm;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.model.ComplexVector;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.Precision;
import io.octospark.model.dataset.GridReader;
import io.octospark.model.dataset.NpyGridFile;
import io.octospark.model.experiment.Experiment;
import io.octospark.model.experiment.ExperimentReader;
import io.octospark.model.experiment.InversionProblem;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.TotalFieldOperator;
import io.octospark.physics.forward.ForwardModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The experiments of {@code docs/examples.md}. */
class ExamplesTest {
    private static Experiment experiment(String name) {
        return ExperimentReader.read(Path.of("conf", name + ".json"), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "camembert",
                "camembert-born",
                "camembert-noise",
                "camembert-noise-unregularised",
                "openfwi-like",
                "temple"
            })
    void areReadWithoutANotice(String name) {
        Experiment experiment = experiment(name);
        assertThat(experiment.name()).isEqualTo(name);
        assertThat(experiment.notices()).isEmpty();
        assertThat(Path.of(experiment.data())).exists();
    }

    /** What the page says of the disc: Born fails, the non-linear inversion does not. */
    @Test
    void theDiscIsFoundByTheNonLinearInversionAndNotByBorn() throws IOException {
        Experiment experiment = experiment("camembert");
        InversionProblem problem = experiment.problem();
        double[] truth;
        try (GridReader reader = NpyGridFile.open(
                        new org.apache.hadoop.fs.Path(experiment.data()), problem.grid(), new Configuration())
                .slice(0, 1)
                .open(new Configuration())) {
            truth = reader.next().values();
        }
        ComplexVector[][] receiverFields = TotalFieldOperator.receiverFields(problem.grid(), problem.survey());
        ForwardModel model = ForwardModels.of(problem.grid(), problem.survey(), problem.forwardModel());
        TotalFieldOperator k = TotalFieldOperator.of(receiverFields, model, 0, receiverFields.length - 1, truth);
        ComplexVector p = ComplexVector.zeros(k.rows());
        k.forward(truth, p);

        Reconstruction born = new ConjugateGradientInversion(
                        problem.grid(), experiment("camembert-born").problem().inversion())
                .invert(new FactoredOperator(problem.grid(), problem.survey()), p);
        LoadableOperator place = new CpuBackend(Precision.FLOAT64, OperatorForm.FACTORED)
                .openForOwn(null, List.of(), p.length(), truth.length, new PhaseClock())
                .places()
                .get(0);
        Reconstruction nonLinear =
                new NonLinearInversion(problem, receiverFields, model, 1).invert(place, p, new double[truth.length]);

        double error = nonLinear.relativeError(truth);
        assertThat(error).isLessThan(0.35).isLessThan(born.relativeError(truth) / 2);
        assertThat(nonLinear.similarity(truth, problem.grid())).isGreaterThan(0.6);
        assertThat(born.similarity(truth, problem.grid())).isLessThan(0.1);
        NonLinearSettings bounds = problem.nonLinear();
        assertThat(Arrays.stream(nonLinear.contrast()))
                .allMatch(chi -> chi >= bounds.minContrast() && chi <= bounds.maxContrast());
    }
}
