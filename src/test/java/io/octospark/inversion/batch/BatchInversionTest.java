package io.octospark.inversion.batch;

import static io.octospark.inversion.batch.Problem.assertIdentical;
import static io.octospark.inversion.batch.Problem.assertSame;
import static io.octospark.inversion.batch.Problem.results;
import static io.octospark.inversion.batch.Problem.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.inversion.GridError;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import io.octospark.physics.GramOperator;
import io.octospark.physics.LinearOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the dense inversion of one grid at a time. */
class BatchInversionTest {
    private static final double OF_CONTRAST = 1e-10;

    /** As a fraction of the data's norm. */
    private static final double OF_MISFIT = 1e-12;

    private static final InversionSettings SETTINGS = settings(1e-6, 1000);
    private static final InversionSettings PYTHON =
            new InversionSettings(InversionMode.FWI_PYTHON, 9.99e-7, 1000, 100, 1);

    static Stream<Arguments> problems() {
        Map<String, Problem> problems = Map.ofEntries(
                Map.entry("notebook", Problem.notebook()),
                Map.entry("notebook, fwi-python", Problem.onOneLine(10, 10, 20, 20, PYTHON)),
                Map.entry("7x5, fwi-python", Problem.onOneLine(7, 5, 3, 6, PYTHON)),
                Map.entry("3x3, one measurement", Problem.of(3, 3, 1, 1, 1, SETTINGS)),
                Map.entry("3x7", Problem.of(3, 7, 2, 3, 4, SETTINGS)),
                Map.entry("7x5", Problem.of(7, 5, 3, 4, 6, SETTINGS)),
                Map.entry("11x7, mirrored", Problem.onOneLine(11, 7, 4, 9, SETTINGS)),
                Map.entry("13x11", Problem.of(13, 11, 4, 9, 8, SETTINGS)),
                Map.entry("11x13, two passes", Problem.of(11, 13, 3, 5, 7, settings(1e-6, 2))),
                Map.entry("5x17, one pass", Problem.of(5, 17, 2, 3, 3, settings(1e-6, 1))));
        return problems.entrySet().stream()
                .flatMap(problem -> Arrays.stream(Arithmetic.values()).flatMap(arithmetic -> Stream.of(0.0, 0.01, 0.1)
                        .map(noise -> Arguments.of(problem.getKey(), arithmetic, noise, problem.getValue()))));
    }

    @ParameterizedTest(name = "{0}, {1}, noise {2}")
    @MethodSource("problems")
    void isTheDenseInversion(String name, Arithmetic arithmetic, double noise, Problem problem) {
        List<ComplexVector> data = problem.noisyData(7, noise);

        Map<Integer, Reconstruction> results = problem.invert(arithmetic, problem.inputs(data));

        assertThat(results).hasSize(data.size());
        results.forEach(
                (id, result) -> assertSame(result, problem.invertDensely(data.get(id)), OF_CONTRAST, OF_MISFIT));
    }

    /** More grids than lanes, from their true contrasts. */
    @ParameterizedTest
    @EnumSource
    void makesTheDataOfTrueContrasts(Arithmetic arithmetic) {
        Problem problem = Problem.of(5, 4, 2, 3, 5, SETTINGS);
        BatchInversion inversion = problem.batch(arithmetic);
        int grids = 2 * inversion.lanes() + 3;

        Map<Integer, Reconstruction> results = results(inversion.invert(IntStream.range(0, grids)
                .mapToObj(i -> BatchInput.ofContrast(i, problem.model(i)))
                .iterator()));

        assertThat(results).hasSize(grids);
        results.forEach((id, result) ->
                assertSame(result, problem.invertDensely(problem.data(problem.model(id))), OF_CONTRAST, OF_MISFIT));
    }

    /** Long runs, over several refreshes of the projected residual, next to grids that end soon. */
    @ParameterizedTest
    @EnumSource
    void longAndShortRunsInOneBatch(Arithmetic arithmetic) {
        Problem problem = Problem.of(11, 13, 3, 5, 7, settings(1e-9, 1000));
        // Rows that no contrast reaches, with data that are large: the misfit hardly changes.
        Problem unreached = new Problem(problem.grid(), problem.settings(), withZeroRow(problem.k()), problem.m());
        List<BatchInput<Integer>> inputs = new ArrayList<>();
        List<Reconstruction> expected = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ComplexVector p = problem.data(problem.model(i));
            if (i % 3 == 0) {
                inputs.add(problem.input(i, p));
                expected.add(problem.invertDensely(p));
            } else {
                ComplexVector large = ComplexVector.zeros(p.length() + 1);
                System.arraycopy(p.re(), 0, large.re(), 0, p.length());
                System.arraycopy(p.im(), 0, large.im(), 0, p.length());
                large.re()[p.length()] = 2e3 * i * Math.sqrt(p.normSquared());
                inputs.add(unreached.input(i, large));
                expected.add(unreached.invertDensely(large));
            }
        }

        Map<Integer, Reconstruction> results = problem.invert(arithmetic, inputs);

        assertThat(expected.stream().mapToInt(Reconstruction::iterations).min().orElseThrow())
                .isLessThan(7);
        assertThat(expected.stream().mapToInt(Reconstruction::iterations).max().orElseThrow())
                .isGreaterThan(180);
        results.forEach((id, result) -> assertSame(result, expected.get(id), 1e-8, OF_MISFIT));
        assertThat(results).hasSize(12);
    }

    private static LinearOperator withZeroRow(LinearOperator k) {
        return new LinearOperator() {
            @Override
            public int rows() {
                return k.rows() + 1;
            }

            @Override
            public int cells() {
                return k.cells();
            }

            @Override
            public void forward(double[] contrast, ComplexVector data) {
                ComplexVector reached = ComplexVector.zeros(k.rows());
                k.forward(contrast, reached);
                System.arraycopy(reached.re(), 0, data.re(), 0, k.rows());
                System.arraycopy(reached.im(), 0, data.im(), 0, k.rows());
                data.re()[k.rows()] = 0;
                data.im()[k.rows()] = 0;
            }

            @Override
            public void adjoint(ComplexVector residual, double[] gradient) {
                k.adjoint(
                        new ComplexVector(
                                Arrays.copyOf(residual.re(), k.rows()), Arrays.copyOf(residual.im(), k.rows())),
                        gradient);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void theOrderOfTheInputsChangesNoBit(Arithmetic arithmetic) {
        Problem problem = Problem.of(7, 5, 3, 4, 6, SETTINGS);
        List<BatchInput<Integer>> inputs = problem.inputs(problem.noisyData(75, 0.05));
        Map<Integer, Reconstruction> expected = problem.invert(arithmetic, inputs);

        Collections.shuffle(inputs, new Random(3));
        Map<Integer, Reconstruction> shuffled = problem.invert(arithmetic, inputs);

        assertThat(shuffled).hasSize(75);
        shuffled.forEach((id, result) -> assertIdentical(result, expected.get(id)));
        for (BatchInput<Integer> alone : inputs.subList(0, 3)) {
            problem.invert(arithmetic, List.of(alone))
                    .forEach((id, result) -> assertIdentical(result, expected.get(id)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultyGridLeavesItsNeighboursAlone(Arithmetic arithmetic) {
        Problem problem = Problem.of(5, 7, 3, 4, 6, SETTINGS);
        List<BatchInput<Integer>> healthy = problem.inputs(problem.noisyData(40, 0));
        Map<Integer, Reconstruction> expected = problem.invert(arithmetic, healthy);
        double[] faultyB = healthy.get(0).values().clone();
        faultyB[11] = Double.NaN;
        double[] infiniteB = healthy.get(1).values().clone();
        infiniteB[0] = Double.POSITIVE_INFINITY;
        double[] faultyContrast = problem.model(1);
        faultyContrast[34] = Double.NaN;
        List<BatchInput<Integer>> inputs = new ArrayList<>(healthy);
        inputs.add(3, BatchInput.ofData(100, faultyB, 1));
        inputs.add(0, BatchInput.ofData(101, healthy.get(2).values(), Double.NaN));
        inputs.add(5, BatchInput.ofContrast(102, faultyContrast));
        inputs.add(20, BatchInput.ofData(103, infiniteB, 1));
        inputs.add(21, BatchInput.ofData(104, healthy.get(2).values(), 1e-320));

        Map<Integer, Reconstruction> results = problem.invert(arithmetic, inputs);

        assertFailed(results.remove(100), "the cost of pass 0 is NaN");
        assertFailed(results.remove(101), "the squared norm of the data is NaN, its inverse is not a number");
        assertFailed(results.remove(102), "the squared norm of the data is NaN, its inverse is not a number");
        assertFailed(results.remove(103), "the cost of pass 0 is NaN");
        assertFailed(results.remove(104), "the squared norm of the data is 1.0E-320, its inverse is not a number");
        assertThat(results).hasSize(40);
        results.forEach((id, result) -> assertIdentical(result, expected.get(id)));
    }

    private static void assertFailed(Reconstruction result, String error) {
        assertThat(result.stopReason()).isEqualTo(StopReason.FAILED);
        assertThat(result.error().map(GridError::message)).hasValue(error);
        assertThat(result.contrast()).isEmpty();
        assertThat(result.residualHistory()).isEmpty();
        assertThat(result.residual()).isNaN();
    }

    /** A contrast so large that its products overflow in the midst of the passes. */
    @ParameterizedTest
    @EnumSource
    void overflowFailsLikeTheDenseInversion(Arithmetic arithmetic) {
        Problem problem = Problem.of(5, 4, 2, 3, 5, SETTINGS);
        double[] huge = problem.model(2);
        Arrays.setAll(huge, x -> 1e160 * huge[x]);
        ComplexVector p = problem.data(huge);

        Reconstruction result =
                problem.invert(arithmetic, List.of(problem.input(0, p))).get(0);

        Reconstruction expected = problem.invertDensely(p);
        assertThat(expected.stopReason()).isEqualTo(StopReason.FAILED);
        assertSame(result, expected, OF_CONTRAST, OF_MISFIT);
    }

    /** A pass takes a second of the clock here, waiting for inputs or for the caller an hour. */
    @ParameterizedTest
    @EnumSource
    void gridsThatTakeTooLongEndAlone(Arithmetic arithmetic) {
        Problem problem = Problem.of(7, 5, 3, 4, 6, settings(1e-7, 1000));
        List<ComplexVector> data = new ArrayList<>();
        for (double noise : new double[] {0, 0.01, 0.05}) {
            data.addAll(problem.noisyData(25, noise));
        }
        List<BatchInput<Integer>> inputs = problem.inputs(data);
        inputs.set(3, BatchInput.ofContrast(3, problem.model(3)));
        Map<Integer, Reconstruction> expected = problem.invert(arithmetic, inputs);
        int limit = (int) expected.values().stream()
                .mapToInt(Reconstruction::iterations)
                .average()
                .orElseThrow();
        long[] now = new long[1];
        BatchInversion inversion = new BatchInversion(
                problem.settings(),
                new BatchOperator(problem.m(), problem.grid(), arithmetic),
                nanos -> now[0] += 1_000_000_000);
        Iterator<BatchInput<Integer>> slow =
                inputs.stream().peek(input -> now[0] += 3_600_000_000_000L).iterator();
        Map<Integer, Reconstruction> results = new TreeMap<>();
        Iterator<BatchResult<Integer>> ended =
                inversion.invert(slow, Optional.of(Duration.ofSeconds(limit)), () -> now[0]);
        while (ended.hasNext()) {
            BatchResult<Integer> result = ended.next();
            assertThat(results.put(result.id(), result.reconstruction())).isNull();
            now[0] += 3_600_000_000_000L;
        }

        assertThat(results).hasSize(75);
        results.forEach((id, result) -> {
            // The data of a true contrast take a pass more. A grid that ends in the pass in which its time does has its
            // result.
            if (expected.get(id).iterations() + (id == 3 ? 1 : 0) <= limit + 1) {
                assertIdentical(result, expected.get(id));
            } else {
                assertFailed(result, "took longer than " + limit + " s (--grid-deadline)");
            }
        });
        assertThat(results.values().stream().filter(result -> result.error().isPresent()))
                .hasSizeBetween(5, 70);
    }

    @ParameterizedTest
    @EnumSource
    void enoughTimeChangesNoBit(Arithmetic arithmetic) {
        Problem problem = Problem.of(5, 4, 2, 3, 5, SETTINGS);
        List<BatchInput<Integer>> inputs = problem.inputs(problem.noisyData(40, 0.05));

        Map<Integer, Reconstruction> results =
                results(problem.batch(arithmetic).invert(inputs.iterator(), Optional.of(Duration.ofHours(1))));

        Map<Integer, Reconstruction> expected = problem.invert(arithmetic, inputs);
        assertThat(results).hasSize(40);
        results.forEach((id, result) -> assertIdentical(result, expected.get(id)));
    }

    @ParameterizedTest
    @EnumSource
    void zeroDataGiveZeroContrast(Arithmetic arithmetic) {
        Problem problem = Problem.of(4, 5, 2, 3, 4, SETTINGS);

        Map<Integer, Reconstruction> results = problem.invert(
                arithmetic,
                List.of(
                        BatchInput.ofContrast(0, new double[20]),
                        BatchInput.ofContrast(1, problem.model(1)),
                        BatchInput.ofData(2, new double[20], 0)));

        Reconstruction expected =
                problem.invertDensely(ComplexVector.zeros(problem.k().rows()));
        assertThat(expected.stopReason()).isEqualTo(StopReason.ZERO_DATA);
        assertSame(results.get(0), expected, 0, 0);
        assertSame(results.get(2), expected, 0, 0);
        assertThat(results.get(1).stopReason()).isEqualTo(StopReason.TOLERANCE);
    }

    @ParameterizedTest
    @EnumSource
    void dataOutsideTheOperatorsRangeEndWithGradientZero(Arithmetic arithmetic) {
        Problem problem = Problem.of(4, 5, 2, 3, 4, SETTINGS);

        Reconstruction result = problem.invert(arithmetic, List.of(BatchInput.ofData(0, new double[20], 5)))
                .get(0);

        assertThat(result.stopReason()).isEqualTo(StopReason.GRADIENT_ZERO);
        assertThat(result.contrast()).containsOnly(0.0).hasSize(20);
        assertThat(result.residual()).isEqualTo(1);
        assertThat(result.residualHistory()).isEmpty();
    }

    /** All cells act alike, so that every contrast is flat; numbers that double precision holds exactly. */
    @ParameterizedTest
    @EnumSource
    void flatContrastsAreReconstructedWithoutRegularisation(Arithmetic arithmetic) {
        Problem problem = diagonal(4, 4, 0, true);
        ComplexVector p = new ComplexVector(new double[] {4, 4}, new double[] {0, 0});

        Reconstruction result =
                problem.invert(arithmetic, List.of(problem.input(0, p))).get(0);

        assertThat(result.contrast()).containsOnly(0.25);
        assertIdentical(result, problem.invertDensely(p));
    }

    /** A blocky contrast that every cell measures by itself: where it is flat, the first weights have a denominator of 0. */
    @ParameterizedTest
    @EnumSource
    void cellsWithoutGradientTakeTheSmallestDenominator(Arithmetic arithmetic) {
        Problem problem = diagonal(7, 6, 0.01, false);
        List<ComplexVector> data = IntStream.range(0, 9)
                .mapToObj(i -> problem.data(problem.model(i)))
                .toList();

        Map<Integer, Reconstruction> results = problem.invert(arithmetic, problem.inputs(data));

        results.forEach(
                (id, result) -> assertSame(result, problem.invertDensely(data.get(id)), OF_CONTRAST, OF_MISFIT));
        assertThat(results.values()).anyMatch(result -> result.iterations() > 3);
    }

    /** Either two measurements, the sum of all cells and nothing, or one of each cell, more of it in deeper rows. */
    private static Problem diagonal(int nx, int nz, double growth, boolean sum) {
        LinearOperator k = new LinearOperator() {
            @Override
            public int rows() {
                return sum ? 2 : nx * nz;
            }

            @Override
            public int cells() {
                return nx * nz;
            }

            @Override
            public void forward(double[] contrast, ComplexVector data) {
                Arrays.fill(data.re(), 0);
                Arrays.fill(data.im(), 0);
                for (int x = 0; x < contrast.length; x++) {
                    data.re()[sum ? 0 : x] += scale(x) * contrast[x];
                }
            }

            @Override
            public void adjoint(ComplexVector residual, double[] gradient) {
                Arrays.setAll(gradient, x -> scale(x) * residual.re()[sum ? 0 : x]);
            }

            private double scale(int x) {
                int iz = x / nx;
                return sum ? 1 : 1 + growth * iz;
            }
        };
        Problem any = Problem.of(nx, nz, 1, 1, 1, SETTINGS);
        return new Problem(any.grid(), SETTINGS, k, new GramOperator(k));
    }

    @ParameterizedTest
    @EnumSource
    void takesNoMoreInputsThanItsLanes(Arithmetic arithmetic) {
        Problem problem = Problem.of(4, 4, 2, 3, 4, SETTINGS);
        BatchInversion inversion = problem.batch(arithmetic);
        AtomicInteger taken = new AtomicInteger();
        Iterator<BatchResult<Integer>> results = inversion.invert(IntStream.range(0, 1000)
                .mapToObj(i -> {
                    taken.incrementAndGet();
                    // Every other grid ends as soon as it is taken.
                    return i % 2 == 0
                            ? BatchInput.ofContrast(i, problem.model(i / 2))
                            : BatchInput.ofData(i, new double[16], 0);
                })
                .iterator());

        assertThat(taken).hasValue(0);
        int received = 0;
        while (results.hasNext()) {
            results.next();
            received++;
            assertThat(taken.get() - received).isLessThanOrEqualTo(inversion.lanes());
        }
        assertThat(received).isEqualTo(1000);
        assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
    }

    @ParameterizedTest
    @EnumSource
    void oneInstanceServesManyBatches(Arithmetic arithmetic) {
        Problem problem = Problem.of(4, 5, 2, 3, 4, SETTINGS);
        BatchInversion inversion = problem.batch(arithmetic);
        List<BatchInput<Integer>> inputs = problem.inputs(problem.noisyData(5, 0.01));
        Map<Integer, Reconstruction> first = results(inversion.invert(inputs.iterator()));

        // Given up in its midst, with numbers in the fields that are none.
        double[] faulty = new double[20];
        faulty[3] = Double.NaN;
        inversion
                .invert(Stream.concat(inputs.stream(), Stream.of(BatchInput.ofData(9, faulty, 1)))
                        .iterator())
                .next();
        assertThat(inversion.invert(Collections.<BatchInput<Integer>>emptyIterator()))
                .isExhausted();

        results(inversion.invert(inputs.iterator())).forEach((id, result) -> assertIdentical(result, first.get(id)));
    }

    @ParameterizedTest
    @EnumSource
    void gridsOfAnotherSizeAreRefused(Arithmetic arithmetic) {
        Problem problem = Problem.of(4, 5, 2, 3, 4, SETTINGS);
        Problem other = Problem.of(3, 3, 1, 1, 1, SETTINGS);

        assertThatThrownBy(() -> problem.invert(arithmetic, List.of(BatchInput.ofData(0, new double[19], 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a grid has 19 values, its operator has 20 cells");
        assertThatThrownBy(() -> new BatchOperator(other.m(), problem.grid()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the grid has 20 cells, the operator 9");
    }
}
