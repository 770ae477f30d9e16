package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.Compression;
import io.octospark.physics.Folding;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.ReducedData;
import io.octospark.physics.Reduction;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inversions with reduced operators, compared with the dense one. */
class ReducedInversionTest {
    private static final Position LEFT = new Position(-480, -5);
    private static final Position RIGHT = new Position(480, -5);
    private static final List<ModelKind> KINDS = List.of(ModelKind.values());
    private static final int MODELS = 4;

    private static Grid grid(int nx, int nz) {
        return Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
    }

    private static Survey survey(int frequencies, int sources, int receivers, Position firstReceiver) {
        return new Survey(
                2000,
                Survey.frequencies(10, 40, frequencies),
                Survey.line(LEFT, RIGHT, sources),
                Survey.line(firstReceiver, RIGHT, receivers));
    }

    private static ConjugateGradientInversion inversion(Grid grid, int maxPasses) {
        return new ConjugateGradientInversion(
                grid, new InversionSettings(InversionMode.STANDARD, 1e-6, maxPasses, 100, 1));
    }

    private static double[] model(Grid grid, int number) {
        ModelKind kind = KINDS.get(number % KINDS.size());
        return new ModelGenerator(kind, grid, 2000, 0.2, 1).contrast(number);
    }

    private static ComplexVector data(LinearOperator k, double[] contrast) {
        ComplexVector data = ComplexVector.zeros(k.rows());
        k.forward(contrast, data);
        return data;
    }

    private static void addNoise(ComplexVector data, double share) {
        SplittableRandom random = new SplittableRandom(5);
        double amplitude = share * Math.sqrt(data.normSquared() / (2 * data.length()));
        for (int i = 0; i < data.length(); i++) {
            data.re()[i] += amplitude * random.nextGaussian();
            data.im()[i] += amplitude * random.nextGaussian();
        }
    }

    private static void assertSame(Reconstruction actual, Reconstruction expected) {
        assertThat(actual.stopReason()).isEqualTo(expected.stopReason());
        assertThat(actual.residualHistory())
                .hasSameSizeAs(expected.residualHistory())
                .containsExactly(expected.residualHistory(), within(1e-11));
        double difference = 0;
        double norm = 0;
        for (int x = 0; x < expected.contrast().length; x++) {
            difference += Math.pow(actual.contrast()[x] - expected.contrast()[x], 2);
            norm += Math.pow(expected.contrast()[x], 2);
        }
        assertThat(Math.sqrt(difference / norm)).isLessThanOrEqualTo(1e-10);
    }

    private static void assertSameInversions(Grid grid, Survey survey, List<Reduction> reductions, int maxPasses) {
        BornOperator k = new BornOperator(grid, survey);
        ConjugateGradientInversion inversion = inversion(grid, maxPasses);
        for (int number = 0; number < MODELS; number++) {
            double[] truth = model(grid, number);
            ComplexVector exact = data(k, truth);
            ComplexVector noisy = data(k, truth);
            addNoise(noisy, 0.05);
            Reconstruction ofExact = inversion.invert(k, exact);
            Reconstruction ofNoisy = inversion.invert(k, noisy);
            for (Reduction reduction : reductions) {
                LinearOperator reduced = reduction.operator();
                assertSame(inversion.invert(reduced, data(reduced, truth)), ofExact);
                ReducedData reducedNoise = reduction.reduce(noisy);
                assertSame(inversion.invert(reduced, reducedNoise.data(), reducedNoise.constant()), ofNoisy);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 20, 20, 1000", "3, 3, 1, 7, 1000", "7, 5, 5, 3, 12", "11, 13, 3, 11, 12"})
    void whereSourcesAndReceiversCoincide(int nx, int nz, int frequencies, int points, int maxPasses) {
        Grid grid = grid(nx, nz);
        Survey survey = survey(frequencies, points, points, LEFT);
        assertSameInversions(
                grid, survey, List.of(new Folding(grid, survey), new Compression(grid, survey)), maxPasses);
    }

    @ParameterizedTest
    @CsvSource({"5, 5, 7, 3, 5, -470", "10, 10, 4, 13, 11, -480", "4, 3, 1, 5, 5, -479"})
    void whereTheyDoNot(int nx, int nz, int frequencies, int sources, int receivers, double firstReceiver) {
        Grid grid = grid(nx, nz);
        Survey survey = survey(frequencies, sources, receivers, new Position(firstReceiver, -5));
        // So that rounding can't decide about a pass.
        assertSameInversions(grid, survey, List.of(new Folding(grid, survey), new Compression(grid, survey)), 12);
    }

    @Test
    void dataThatNoContrastExplainsHaveTheirCostInTheConstant() {
        Grid grid = grid(3, 3);
        Survey survey = survey(2, 3, 3, LEFT);
        Folding folding = new Folding(grid, survey);
        ComplexVector data = ComplexVector.zeros(18);
        // From 0 to 1 and back again, in opposite ways.
        data.re()[1] = 0.5;
        data.re()[3] = -0.5;

        ReducedData reduced = folding.reduce(data);
        Reconstruction result = inversion(grid, 10).invert(folding.operator(), reduced.data(), reduced.constant());

        assertThat(reduced.constant()).isEqualTo(0.5);
        assertThat(result.stopReason()).isEqualTo(StopReason.GRADIENT_ZERO);
        assertThat(result.residual()).isEqualTo(1);
        assertThat(result.contrast()).containsOnly(0);
        ReducedData zero = folding.reduce(ComplexVector.zeros(18));
        assertThat(inversion(grid, 10)
                        .invert(folding.operator(), zero.data(), zero.constant())
                        .stopReason())
                .isEqualTo(StopReason.ZERO_DATA);
    }
}
