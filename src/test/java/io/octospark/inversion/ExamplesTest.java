package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.data.GridReader;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.data.NpyGridFile;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionProblem;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.NonLinearSettings.Stage;
import io.octospark.model.Survey;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.TotalFieldOperator;
import io.octospark.physics.forward.ForwardModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
                .open(0, 1, new Configuration())) {
            truth = reader.next().values();
        }
        ComplexVector p = data(problem, truth);
        Reconstruction born = new ConjugateGradientInversion(
                        problem.grid(), experiment("camembert-born").problem().inversion())
                .invert(new FactoredOperator(problem.grid(), problem.survey()), p);
        Reconstruction nonLinear = invert(problem, p);

        double error = nonLinear.modelError(truth).orElseThrow();
        assertThat(error).isLessThan(0.35).isLessThan(born.modelError(truth).orElseThrow() / 2);
        assertThat(nonLinear.ssim(truth, problem.grid()).orElseThrow()).isGreaterThan(0.6);
        assertThat(born.ssim(truth, problem.grid()).orElseThrow()).isLessThan(0.1);
        NonLinearSettings bounds = problem.nonLinear();
        assertThat(Arrays.stream(nonLinear.contrast()))
                .allMatch(chi -> chi >= bounds.minContrast() && chi <= bounds.maxContrast());
    }

    /** The temple with half as many cells each way, sources, receivers, frequencies and passes: a matter of seconds. */
    @Test
    void stagesFindTheTempleBetterThanAllFrequenciesAtOnce() {
        InversionProblem whole = experiment("temple").problem();
        InversionProblem inStages = smallTemple(whole, new Stage(0, 1, 2), new Stage(0, 2, 2), new Stage(0, 5, 4));
        InversionProblem atOnce = smallTemple(whole, new Stage(0, 5, 8));
        double c0 = whole.survey().backgroundVelocity();
        double[] truth = new ModelGenerator(ModelKind.TEMPLE, inStages.grid(), c0, 0.2, 0).contrast(0);
        ComplexVector p = data(inStages, truth);

        Reconstruction staged = invert(inStages, p);
        Reconstruction single = invert(atOnce, p);

        assertThat(staged.modelError(truth).orElseThrow())
                .isLessThan(0.8 * single.modelError(truth).orElseThrow());
        assertThat(staged.ssim(truth, inStages.grid()).orElseThrow())
                .isGreaterThan(single.ssim(truth, inStages.grid()).orElseThrow());
    }

    private static InversionProblem smallTemple(InversionProblem whole, Stage... stages) {
        Survey survey = whole.survey();
        NonLinearSettings settings = whole.nonLinear();
        return new InversionProblem(
                Grid.of(32, 16, whole.grid().topLeft(), whole.grid().bottomRight()),
                new Survey(
                        survey.backgroundVelocity(),
                        everySecond(survey.frequenciesHz()),
                        everySecond(survey.sources()),
                        everySecond(survey.receivers())),
                whole.inversion(),
                whole.forwardModel(),
                null,
                new NonLinearSettings(
                        settings.innerPasses(),
                        settings.innerTolerance(),
                        settings.regularised(),
                        settings.outerTolerance(),
                        settings.minContrast(),
                        settings.maxContrast(),
                        settings.offsets(),
                        List.of(stages)));
    }

    private static <T> List<T> everySecond(List<T> line) {
        return IntStream.range(0, (line.size() + 1) / 2)
                .mapToObj(i -> line.get(2 * i))
                .toList();
    }

    /** The data of a model, by the problem's own forward model. */
    private static ComplexVector data(InversionProblem problem, double[] truth) {
        TotalFieldOperator k = TotalFieldOperator.of(
                TotalFieldOperator.receiverFields(problem.grid(), problem.survey()),
                ForwardModels.of(problem.grid(), problem.survey(), problem.forwardModel()),
                0,
                problem.survey().frequenciesHz().size() - 1,
                truth);
        ComplexVector p = ComplexVector.zeros(k.rows());
        k.forward(truth, p);
        return p;
    }

    private static Reconstruction invert(InversionProblem problem, ComplexVector p) {
        return new NonLinearInversion(
                        problem,
                        TotalFieldOperator.receiverFields(problem.grid(), problem.survey()),
                        ForwardModels.of(problem.grid(), problem.survey(), problem.forwardModel()),
                        1)
                .invert(new LoadedOperator(), p, new double[problem.grid().cells()]);
    }
}
