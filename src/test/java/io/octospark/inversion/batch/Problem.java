package io.octospark.inversion.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.inversion.ConjugateGradientInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.GramOperator;
import io.octospark.physics.LinearOperator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Grids with an operator, inverted densely and in a batch. */
record Problem(Grid grid, InversionSettings settings, LinearOperator k, GramOperator m) {
    private static final List<ModelKind> KINDS = List.of(ModelKind.values());

    static InversionSettings settings(double tolerance, int maxPasses) {
        return new InversionSettings(InversionMode.STANDARD, tolerance, maxPasses, 100, 1);
    }

    /** The notebook's reservoir with sources and receivers of their own, on a slanting line each. */
    static Problem of(int nx, int nz, int frequencies, int sources, int receivers, InversionSettings settings) {
        return of(
                Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300)),
                new Survey(
                        2000,
                        Survey.frequencies(10, 40, frequencies),
                        Survey.line(new Position(-480, -5), new Position(480, -25), sources),
                        Survey.line(new Position(-450, -5), new Position(470, 315), receivers)),
                settings);
    }

    /** The notebook's line for {@code points} sources and receivers alike. */
    static Problem onOneLine(int nx, int nz, int frequencies, int points, InversionSettings settings) {
        Grid grid = Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
        List<Position> line = Survey.line(new Position(-480, -5), new Position(480, -5), points);
        return of(
                settings.mode() == InversionMode.FWI_PYTHON ? grid.withWholeMetreCells() : grid,
                new Survey(2000, Survey.frequencies(10, 40, frequencies), line, line),
                settings);
    }

    static Problem notebook() {
        return onOneLine(10, 10, 20, 20, settings(1e-6, 1000));
    }

    private static Problem of(Grid grid, Survey survey, InversionSettings settings) {
        return new Problem(grid, settings, new BornOperator(grid, survey), new GramOperator(grid, survey));
    }

    /** Model {@code number}, of all kinds in turn. */
    double[] model(int number) {
        ModelKind kind = KINDS.get(number % KINDS.size());
        return new ModelGenerator(kind, grid, 2000, 0.2, 1).contrast(number);
    }

    /** The data of a contrast. */
    ComplexVector data(double[] contrast) {
        ComplexVector p = ComplexVector.zeros(k.rows());
        k.forward(contrast, p);
        return p;
    }

    /** The data of models, with noise of this share of their root mean square. */
    List<ComplexVector> noisyData(int models, double noise) {
        SplittableRandom random = new SplittableRandom(5);
        List<ComplexVector> data = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            ComplexVector p = data(model(i));
            double amplitude = noise * Math.sqrt(p.normSquared() / (2 * k.rows()));
            for (int row = 0; row < k.rows(); row++) {
                p.re()[row] += amplitude * random.nextGaussian();
                p.im()[row] += amplitude * random.nextGaussian();
            }
            data.add(p);
        }
        return data;
    }

    /** The input that data make. */
    <T> BatchInput<T> input(T id, ComplexVector p) {
        double[] b = new double[k.cells()];
        k.adjoint(p, b);
        return BatchInput.ofData(id, b, p.normSquared());
    }

    List<BatchInput<Integer>> inputs(List<ComplexVector> data) {
        List<BatchInput<Integer>> inputs = new ArrayList<>();
        for (ComplexVector p : data) {
            inputs.add(input(inputs.size(), p));
        }
        return inputs;
    }

    Reconstruction invertDensely(ComplexVector p) {
        return new ConjugateGradientInversion(grid, settings).invert(k, p);
    }

    BatchInversion batch(Arithmetic arithmetic) {
        return new BatchInversion(settings, new BatchOperator(m, grid, arithmetic), nanos -> {});
    }

    Map<Integer, Reconstruction> invert(Arithmetic arithmetic, Collection<BatchInput<Integer>> inputs) {
        return results(batch(arithmetic).invert(inputs.iterator()));
    }

    /** Results by their id, each of which must come once. */
    static <T> Map<T, Reconstruction> results(Iterator<BatchResult<T>> results) {
        Map<T, Reconstruction> byId = new TreeMap<>();
        results.forEachRemaining(result ->
                assertThat(byId.put(result.id(), result.reconstruction())).isNull());
        return byId;
    }

    /**
     * Same passes, same end; contrast within a tolerance relative to its norm, misfits within one relative to the data's
     * norm, that is to 1.
     */
    static void assertSame(Reconstruction result, Reconstruction expected, double ofContrast, double ofMisfit) {
        assertThat(result.error()).isEqualTo(expected.error());
        assertThat(result.stopReason()).isEqualTo(expected.stopReason());
        assertThat(result.residualHistory())
                .hasSameSizeAs(expected.residualHistory())
                .containsExactly(expected.residualHistory(), within(ofMisfit));
        assertThat(result.residual()).isCloseTo(expected.residual(), within(ofMisfit));
        assertThat(result.contrast()).hasSameSizeAs(expected.contrast());
        double difference = 0;
        double norm = 0;
        for (int x = 0; x < expected.contrast().length; x++) {
            difference += Math.pow(result.contrast()[x] - expected.contrast()[x], 2);
            norm += Math.pow(expected.contrast()[x], 2);
        }
        assertThat(Math.sqrt(difference)).isLessThanOrEqualTo(ofContrast * Math.sqrt(norm));
    }

    /** The same to the last bit. */
    static void assertIdentical(Reconstruction result, Reconstruction expected) {
        assertThat(result.error()).isEqualTo(expected.error());
        assertThat(result.stopReason()).isEqualTo(expected.stopReason());
        assertThat(result.residualHistory()).containsExactly(expected.residualHistory());
        assertThat(result.contrast()).containsExactly(expected.contrast());
    }
}
