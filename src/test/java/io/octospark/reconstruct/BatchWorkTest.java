package io.octospark.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.compute.GridDeadline;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.GridError;
import io.octospark.inversion.StopReason;
import io.octospark.inversion.batch.BatchProjection;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.physics.Reduction;
import io.octospark.placement.Placement;
import io.octospark.results.GridRecord;
import io.octospark.spark.PressureGrids;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Measured data of many grids at once, compared with the dense operator, one grid at a time. */
class BatchWorkTest {
    private static final double OF_CONTRAST = 1e-10;

    private static InversionProblem problem(
            int nx, int nz, int frequencies, List<Position> sources, List<Position> receivers, InversionMode mode) {
        Grid grid = Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
        return new InversionProblem(
                mode == InversionMode.FWI_PYTHON ? grid.withWholeMetreCells() : grid,
                new Survey(2000, Survey.frequencies(10, 40, frequencies), sources, receivers),
                new InversionSettings(mode, 1e-6, 1000, 100, 1));
    }

    private static List<Position> line(double first, double last, int points) {
        return Survey.line(new Position(first, -5), new Position(last, -5), points);
    }

    private static InversionProblem odd() {
        return problem(5, 7, 3, line(-480, 480, 4), line(-450, 470, 5), InversionMode.STANDARD);
    }

    private static CpuBackend backend() {
        return new CpuBackend(Precision.FLOAT64, OperatorForm.GRAM);
    }

    private static GridContext context(InversionProblem problem, DataKind kind, int grids) {
        return GridContext.planned(
                0, Placement.onEqualUnits(problem, 1, grids).get(0), kind, CpuBackend.KEY, Optional.empty());
    }

    private static Map<Long, GridRecord> batch(
            InversionProblem problem, DataKind kind, List<DataGrid> grids, PhaseClock clock) {
        Optional<BatchProjection<Long>> projection = kind == DataKind.PRESSURE
                ? Optional.of(new BatchProjection<>(SharedOperators.factored(problem.grid(), problem.survey())))
                : Optional.empty();
        BatchWork work = new BatchWork(
                context(problem, kind, grids.size()),
                backend().batch(problem, clock).orElseThrow(),
                projection,
                grids.iterator(),
                clock,
                () -> {});
        Map<Long, GridRecord> records = new TreeMap<>();
        work.forEachRemaining(
                record -> assertThat(records.put(record.gridId(), record)).isNull());
        return records;
    }

    private static GridRecord dense(InversionProblem problem, DataKind kind, DataGrid grid) {
        return oneAtATime(OperatorForm.DENSE, problem, kind, grid);
    }

    private static GridRecord oneAtATime(OperatorForm form, InversionProblem problem, DataKind kind, DataGrid grid) {
        Reduction reduction = SharedOperators.get(form, problem.grid(), problem.survey());
        return new GridReconstruction(
                        context(problem, kind, 1),
                        new LinearGridInversion(
                                problem,
                                reduction,
                                reduction.operator(),
                                backend().residualRefresh()),
                        Optional.empty(),
                        new GridDeadline(Optional.empty()),
                        new PhaseClock(),
                        new PhaseClock())
                .apply(grid);
    }

    private static List<DataGrid> models(InversionProblem problem, int grids) {
        ModelGenerator blocky = new ModelGenerator(ModelKind.BLOCKY, problem.grid(), 2000, 0.2, 3);
        ModelGenerator smooth = new ModelGenerator(ModelKind.SMOOTH, problem.grid(), 2000, 0.2, 3);
        return LongStream.range(0, grids)
                .mapToObj(id -> new DataGrid(id, (id % 2 == 0 ? blocky : smooth).contrast(id)))
                .toList();
    }

    private static List<DataGrid> pressures(InversionProblem problem, List<DataGrid> models, double noise) {
        PressureGrids.Measurement measurement = new PressureGrids.Measurement(problem, DataKind.CONTRAST, noise, 7);
        return models.stream().map(measurement::of).toList();
    }

    private static void assertSame(GridRecord record, GridRecord expected) {
        assertThat(record.reconstruction().error())
                .isEqualTo(expected.reconstruction().error());
        assertThat(record.reconstruction().stopReason())
                .isEqualTo(expected.reconstruction().stopReason());
        assertThat(record.reconstruction().iterations())
                .isEqualTo(expected.reconstruction().iterations());
        double[] chi = record.reconstruction().contrast();
        double[] expectedChi = expected.reconstruction().contrast();
        assertThat(chi).hasSameSizeAs(expectedChi);
        double difference = 0;
        double norm = 0;
        for (int x = 0; x < chi.length; x++) {
            difference += Math.pow(chi[x] - expectedChi[x], 2);
            norm += Math.pow(expectedChi[x], 2);
        }
        assertThat(Math.sqrt(difference)).isLessThanOrEqualTo(OF_CONTRAST * Math.sqrt(norm));
    }

    static Stream<Arguments> cases() {
        List<Position> notebook = line(-480, 480, 20);
        return Stream.of(
                        Arguments.of("odd", odd(), 7),
                        Arguments.of(
                                "one measurement",
                                problem(3, 3, 1, line(-480, 0, 1), line(-470, 0, 1), InversionMode.STANDARD),
                                3),
                        Arguments.of(
                                "coinciding",
                                problem(7, 5, 2, line(-480, 480, 6), line(-480, 480, 6), InversionMode.STANDARD),
                                85),
                        Arguments.of(
                                "coinciding, fwi-python",
                                problem(7, 5, 3, line(-480, 480, 6), line(-480, 480, 6), InversionMode.FWI_PYTHON),
                                5),
                        Arguments.of(
                                "shifted",
                                problem(9, 5, 5, line(-480, 480, 7), line(-479, 480, 7), InversionMode.STANDARD),
                                5),
                        Arguments.of("notebook", problem(10, 10, 20, notebook, notebook, InversionMode.STANDARD), 3))
                .flatMap(test -> Stream.of(0.0, 0.01, 0.1).map(noise -> {
                    List<Object> arguments = new ArrayList<>(Arrays.asList(test.get()));
                    arguments.add(noise);
                    return Arguments.of(arguments.toArray());
                }));
    }

    @ParameterizedTest(name = "{0}, noise {3}")
    @MethodSource("cases")
    void measuredDataAreInvertedAsByTheDenseOperator(String name, InversionProblem problem, int grids, double noise) {
        List<DataGrid> models = models(problem, grids);
        List<DataGrid> pressures = pressures(problem, models, noise);

        Map<Long, GridRecord> records = batch(problem, DataKind.PRESSURE, pressures, new PhaseClock());

        assertThat(records).hasSize(grids);
        records.forEach((id, record) -> {
            assertSame(record, dense(problem, DataKind.PRESSURE, pressures.get(id.intValue())));
            assertThat(record.comparison().modelError()).isEmpty();
            assertThat(record.seconds()).isPositive();
        });
        if (noise == 0) {
            // The same as the models that the data are of.
            Map<Long, GridRecord> ofModels = batch(problem, DataKind.CONTRAST, models, new PhaseClock());
            records.forEach((id, record) -> {
                assertSame(record, ofModels.get(id));
                assertThat(ofModels.get(id).comparison().modelError()).isPresent();
            });
        }
    }

    /** Noise has a part that no contrast explains, which reductions keep as their constant. */
    @ParameterizedTest
    @EnumSource(names = {"FACTORED", "REDUCED"})
    void measuredDataAreInvertedByEveryFormAsByTheDenseOperator(OperatorForm form) {
        InversionProblem problem = problem(7, 5, 2, line(-480, 480, 6), line(-480, 480, 6), InversionMode.STANDARD);
        for (DataGrid grid : pressures(problem, models(problem, 5), 0.1)) {
            GridRecord record = oneAtATime(form, problem, DataKind.PRESSURE, grid);
            GridRecord expected = dense(problem, DataKind.PRESSURE, grid);

            assertSame(record, expected);
            double residual = expected.reconstruction().residual();
            assertThat(residual).isGreaterThan(1e-3);
            assertThat(record.reconstruction().residual()).isCloseTo(residual, within(1e-10 * residual));
            assertThat(record.comparison().modelError()).isEmpty();
        }
    }

    @Test
    void theNoiseHasItsShareOfTheDatasPower() {
        InversionProblem problem = problem(10, 10, 5, line(-480, 480, 20), line(-480, 480, 20), InversionMode.STANDARD);
        List<DataGrid> models = models(problem, 1);
        double[] clean = pressures(problem, models, 0).get(0).values();
        double[] noisy = pressures(problem, models, 0.05).get(0).values();
        double power = 0;
        double noisePower = 0;
        for (int i = 0; i < clean.length; i++) {
            power += clean[i] * clean[i];
            noisePower += Math.pow(noisy[i] - clean[i], 2);
        }
        // 4000 random numbers: their root mean square is right to one in some ninety.
        assertThat(Math.sqrt(noisePower / power)).isBetween(0.047, 0.053);
        assertThat(pressures(problem, models, 0.05).get(0).values()).containsExactly(noisy);
    }

    @Test
    void dataThatCanNotBeInvertedFailAlone() {
        InversionProblem problem = odd();
        List<DataGrid> pressures = pressures(problem, models(problem, 6), 0.01);
        pressures.get(0).values()[0] = Double.NaN;
        pressures.get(2).values()[31] = Double.NEGATIVE_INFINITY;
        Arrays.fill(pressures.get(3).values(), 0);
        pressures.get(5).values()[4] = 1e200;

        Map<Long, GridRecord> records = batch(problem, DataKind.PRESSURE, pressures, new PhaseClock());

        assertThat(records.values())
                .extracting(record ->
                        record.reconstruction().error().map(GridError::message).orElse(null))
                .containsExactly(
                        "grid 0: the real part of the pressure of measurement 0 is NaN, it must be a finite number",
                        null,
                        "grid 2: the imaginary part of the pressure of measurement 15 is -Infinity, it must be a finite"
                                + " number",
                        null,
                        null,
                        "the squared norm of the data is Infinity, its inverse is not a number");
        assertThat(records.get(3L).reconstruction().stopReason()).isEqualTo(StopReason.ZERO_DATA);
        records.forEach(
                (id, record) -> assertSame(record, dense(problem, DataKind.PRESSURE, pressures.get(id.intValue()))));
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTRAST", "VELOCITY", "PRESSURE"})
    void anExceptionOfOneGridFailsThatGridAlone(DataKind kind) {
        InversionProblem problem = odd();
        List<DataGrid> models = models(problem, 6);
        List<DataGrid> grids = new ArrayList<>(
                kind == DataKind.PRESSURE
                        ? pressures(problem, models, 0.01)
                        : kind == DataKind.VELOCITY
                                ? models.stream()
                                        .map(grid -> new DataGrid(
                                                grid.id(),
                                                Arrays.stream(grid.values())
                                                        .map(chi -> 2000 / Math.sqrt(1 - chi))
                                                        .toArray()))
                                        .toList()
                                : models);
        Map<Long, GridRecord> expected = batch(problem, kind, grids, new PhaseClock());
        grids.set(2, new DataGrid(2, new double[] {0.1, 0.1}));
        grids.set(4, new DataGrid(4, null));

        Map<Long, GridRecord> records = batch(problem, kind, grids, new PhaseClock());

        assertThat(records.keySet()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(records.get(2L).reconstruction().error())
                .hasValue(new GridError(
                        ErrorCode.INTERNAL,
                        "java.lang.IllegalArgumentException: "
                                + (kind == DataKind.PRESSURE
                                        ? "a grid has 2 values, its operator has 60 rows"
                                        : "2 values for 35 cells")
                                + "; the log has the trace"));
        assertThat(records.get(4L).reconstruction().error().orElseThrow().message())
                .startsWith("java.lang.NullPointerException: ")
                .endsWith("; the log has the trace");
        for (long sound : new long[] {0, 1, 3, 5}) {
            assertThat(records.get(sound).reconstruction().contrast())
                    .containsExactly(expected.get(sound).reconstruction().contrast());
        }
    }

    @Test
    void theProjectionCountsAsUpdate() {
        InversionProblem problem = odd();
        PhaseClock clock = new PhaseClock();
        long start = System.nanoTime();
        batch(problem, DataKind.PRESSURE, pressures(problem, models(problem, 100), 0), clock);
        long elapsed = System.nanoTime() - start;

        assertThat(clock.timing(Phase.UPDATE).calls()).isEqualTo(2);
        assertThat(clock.timing(Phase.UPDATE).totalNanos()).isPositive();
        assertThat(clock.timing(Phase.HOST_MATH).totalNanos()).isPositive();
        assertThat(clock.totalNanos()).isLessThan(elapsed);
    }
}
