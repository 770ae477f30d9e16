package io.octospark.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.GridDeadline;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.TestDesigns;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import io.octospark.config.KernelSpec;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.inversion.GridError;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.ComplexVector;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.Reduction;
import io.octospark.placement.Placement;
import io.octospark.results.GridRecord;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.emulator.EmulatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Grids that fail alone, and units that fail in the midst of their grids. */
@Timeout(60)
class UnitWorkTest {
    /** 60 measurements of 35 cells. */
    private static final InversionProblem PROBLEM = new InversionProblem(
            Grid.of(5, 7, new Position(-300, 0), new Position(300, 300)),
            new Survey(
                    2000,
                    Survey.frequencies(10, 40, 3),
                    Survey.line(new Position(-480, -5), new Position(480, -5), 4),
                    Survey.line(new Position(-450, -5), new Position(470, -5), 5)),
            new InversionSettings(InversionMode.STANDARD, 1e-6, 30, 100, 1));

    private static final List<DataGrid> GRIDS = models(12);
    private static final DataGrid FIFTH = GRIDS.get(5);

    @TempDir
    private static Path designs;

    private final Map<String, String> options = new TreeMap<>(Map.of(
            "OCTOSPARK_EMU_CARDS", "2",
            "OCTOSPARK_EMU_BDFS", "",
            "OCTOSPARK_EMU_CALL_LOG", "",
            "OCTOSPARK_EMU_FAULT", ""));

    @AfterEach
    void closeCards() {
        CardPools.ofProcess().close();
        EmulatorOptions.forget(options.keySet());
    }

    private static List<DataGrid> models(int grids) {
        ModelGenerator generator = new ModelGenerator(ModelKind.BLOCKY, PROBLEM.grid(), 2000, 0.2, 3);
        return LongStream.range(0, grids)
                .mapToObj(id -> new DataGrid(id, generator.contrast(id)))
                .toList();
    }

    private static Reduction reduction() {
        return SharedOperators.get(OperatorForm.DENSE, PROBLEM.grid(), PROBLEM.survey());
    }

    /** Something happens at the beginning of the fifth grid. */
    private static GridReconstruction worker(LinearOperator products, Optional<Duration> limit, Runnable atTheFifth) {
        GridDeadline deadline = new GridDeadline(limit);
        LinearGridInversion inversion = new LinearGridInversion(PROBLEM, reduction(), deadline.on(products), 10);
        GridInversion watched = new GridInversion() {
            @Override
            public Reconstruction ofContrast(double[] truth) {
                if (truth == FIFTH.values()) {
                    atTheFifth.run();
                }
                return inversion.ofContrast(truth);
            }

            @Override
            public Reconstruction ofPressure(ComplexVector pressure) {
                throw new AssertionError("not asked for");
            }
        };
        return new GridReconstruction(
                GridContext.planned(
                        0, Placement.onEqualUnits(PROBLEM, 1, 1).get(0), DataKind.CONTRAST, "xrt-emulated", limit),
                watched,
                Optional.empty(),
                deadline,
                new PhaseClock(),
                new PhaseClock());
    }

    private static UnitWork onCpu(int workers, Optional<Duration> limit, Runnable atTheFifth) {
        ComputeUnit<LinearOperator> unit = new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE)
                .open(null, List.of(), reduction().operator(), new PhaseClock());
        LinearOperator products = unit.products().get(0);
        return new UnitWork(
                unit,
                GRIDS.iterator(),
                Stream.<Function<DataGrid, GridRecord>>generate(() -> worker(products, limit, atTheFifth))
                        .limit(workers)
                        .toList(),
                () -> {});
    }

    private static Map<Long, Reconstruction> results(UnitWork work) {
        Map<Long, Reconstruction> results = new TreeMap<>();
        work.forEachRemaining(record -> assertThat(results.put(record.gridId(), record.reconstruction()))
                .isNull());
        return results;
    }

    private static void assertOthersAreSound(Map<Long, Reconstruction> results, Map<Long, Reconstruction> sound) {
        assertThat(results.keySet()).isEqualTo(sound.keySet());
        results.forEach((id, result) -> {
            if (id != FIFTH.id()) {
                assertThat(result.contrast()).containsExactly(sound.get(id).contrast());
                assertThat(result.error()).isEmpty();
            }
        });
    }

    private static Map<Long, Reconstruction> sound() {
        try (UnitWork work = onCpu(1, Optional.empty(), () -> {})) {
            return results(work);
        }
    }

    // Grids

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anExceptionOfOneGridFailsThatGridAlone(int workers) {
        Runnable event = () -> {
            throw new ArithmeticException("/ by\n zero");
        };
        try (UnitWork work = onCpu(workers, Optional.empty(), event)) {
            Map<Long, Reconstruction> results = results(work);

            assertOthersAreSound(results, sound());
            assertThat(results.get(5L).stopReason()).isEqualTo(StopReason.FAILED);
            assertThat(results.get(5L).error())
                    .hasValue(new GridError(
                            ErrorCode.INTERNAL, "java.lang.ArithmeticException: / by zero; the log has the trace"));
            assertThat(work.fault()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aGridThatTakesTooLongFailsAlone(int workers) {
        Map<Long, Reconstruction> sound = sound();
        Runnable event = () -> {
            long start = System.nanoTime();
            while (System.nanoTime() - start < 600_000_000) {
                Thread.onSpinWait();
            }
        };
        try (UnitWork work = onCpu(workers, Optional.of(Duration.ofMillis(500)), event)) {
            Map<Long, Reconstruction> results = results(work);

            assertOthersAreSound(results, sound);
            assertThat(results.get(5L).error())
                    .hasValue(new GridError(ErrorCode.GRID_DEADLINE, "took longer than 0.5 s (--grid-deadline)"));
            assertThat(results.get(5L).contrast()).isEmpty();
        }
    }

    static Stream<Throwable> notOfTheGrid() {
        return Stream.of(
                new InvalidInputException(ErrorCode.DATA_VALUE, "what the user can correct", "correct it"),
                new CancellationException("the task has given the unit back"),
                new OutOfMemoryError("made up"));
    }

    @ParameterizedTest
    @MethodSource("notOfTheGrid")
    void whatIsNotOfTheGridEndsTheTask(Throwable problem) {
        Runnable event = () -> {
            if (problem instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) problem;
        };
        try (UnitWork work = onCpu(1, Optional.empty(), event)) {
            assertThatThrownBy(() -> results(work)).isSameAs(problem);
        }
    }

    // Units

    private static UnitAddress address(String card, Path bitstream) {
        return new UnitAddress(
                null,
                card,
                bitstream.toString(),
                null,
                new KernelSpec.Function("dotprod_1", List.of()),
                new KernelSpec.Function("update_1", List.of()),
                null);
    }

    private UnitWork onCard(XrtBackend backend, UnitAddress address, Iterator<DataGrid> grids) {
        ComputeUnit<LinearOperator> unit =
                backend.open(address, List.of(), reduction().operator(), new PhaseClock());
        return new UnitWork(
                unit,
                grids,
                unit.products().stream()
                        .<Function<DataGrid, GridRecord>>map(products -> worker(products, Optional.empty(), () -> {}))
                        .toList(),
                () -> {});
    }

    /** What a unit leaves when it fails is done by another: nothing lost, nothing twice, and the same bits. */
    @ParameterizedTest
    @ValueSource(strings = {"error:0:dotprod_1:60, 1", "error:0:dotprod_1:60, 3", "lost:0:update_1:70, 3"})
    void anotherUnitDoesWhatAUnitThatFailsLeaves(String faultAndWorkers) throws Exception {
        int workers = Integer.parseInt(faultAndWorkers.substring(faultAndWorkers.indexOf(' ') + 1));
        options.put("OCTOSPARK_EMU_FAULT", faultAndWorkers.substring(0, faultAndWorkers.indexOf(',')));
        XrtBackend backend =
                new XrtBackend(true, new AcceleratorSettings("", Duration.ofSeconds(20), workers, 10), options);
        Path bitstream = designs.resolve("60_35_1CU.xclbin");
        if (!Files.exists(bitstream)) {
            TestDesigns.create(designs, 60, 35, 1);
        }
        Iterator<DataGrid> grids = GRIDS.iterator();
        Map<Long, Reconstruction> results;
        GridWork.Fault fault;
        try (UnitWork work = onCard(backend, address("0", bitstream), grids)) {
            results = results(work);
            fault = work.fault().orElseThrow();
            assertThat(work.hasNext()).isFalse();
        }
        assertThat(results).isNotEmpty();
        assertThat(fault.inFlight()).isNotEmpty().hasSizeLessThanOrEqualTo(workers);
        assertThat(fault.cause()).isInstanceOf(XrtException.class);
        // The transfer of another grid may be the first to see that the card is lost.
        assertThat(fault.cause())
                .hasMessageMatching(".* (xrtRunWaitFor: the execution failed: |xrtBOSync: no transfer ).*");
        int taken = results.size() + fault.inFlight().size();
        assertThat(taken).isLessThan(GRIDS.size());
        assertThat(CardPools.ofProcess().current().orElseThrow().takeVerdicts())
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure.message()).isEqualTo(fault.cause().getMessage()));

        Stream<DataGrid> left = Stream.concat(
                fault.inFlight().stream().map(id -> GRIDS.get(Math.toIntExact(id))),
                GRIDS.stream().skip(taken));
        assertThat(grids).toIterable().hasSize(GRIDS.size() - taken);
        try (UnitWork work = onCard(backend, address("1", bitstream), left.iterator())) {
            results(work)
                    .forEach((id, result) -> assertThat(results.put(id, result)).isNull());
            assertThat(work.fault()).isEmpty();
        }
        CardPools.ofProcess().close();
        options.put("OCTOSPARK_EMU_FAULT", "");
        XrtBackend sound = new XrtBackend(true, backend.settings(), options);
        try (UnitWork work = onCard(sound, address("0", bitstream), GRIDS.iterator())) {
            Map<Long, Reconstruction> expected = results(work);
            assertThat(results.keySet()).isEqualTo(expected.keySet());
            expected.forEach(
                    (id, result) -> assertThat(results.get(id).contrast()).containsExactly(result.contrast()));
        }
    }
}
