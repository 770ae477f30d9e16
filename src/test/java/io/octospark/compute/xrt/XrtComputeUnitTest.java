package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.AcceleratorSettings;
import io.octospark.config.KernelSpec.Function;
import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.InvalidInputException;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;
import io.octospark.xrt.CardLock;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.emulator.EmulatorOptions;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compute units of emulated cards, against the dense float64 operator. */
class XrtComputeUnitTest {
    /** 3 x 4 cells, 2 x 5 x 3 measurements: 30 x 12. */
    private static final BornOperator OPERATOR = operator(3, 4, 2, 5, 3);

    @TempDir
    static Path designs;

    @TempDir
    Path folder;

    private final Map<String, String> options = new TreeMap<>(Map.of(
            "OCTOSPARK_EMU_CARDS", "1",
            "OCTOSPARK_EMU_BDFS", "",
            "OCTOSPARK_EMU_FAULT", "",
            "OCTOSPARK_EMU_CALL_LOG", "",
            "OCTOSPARK_EMU_DOTPROD_MS", "",
            "OCTOSPARK_EMU_PLATFORM", ""));

    private final PhaseClock clock = new PhaseClock();

    @AfterEach
    void closeCards() {
        CardPools.ofProcess().close();
        // Other tests of this JVM have cards without these options.
        EmulatorOptions.forget(options.keySet());
    }

    private static BornOperator operator(int nx, int nz, int frequencies, int receivers, int sources) {
        List<Double> hertz = new ArrayList<>();
        for (int i = 0; i < frequencies; i++) {
            hertz.add(10.0 + 7 * i);
        }
        return new BornOperator(
                Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300)),
                new Survey(
                        2000,
                        hertz,
                        Survey.line(new Position(-480, -5), new Position(480, -5), sources),
                        Survey.line(new Position(-480, -5), new Position(480, -5), receivers)));
    }

    private static synchronized Path design(int rows, int cols, int units) throws IOException, InterruptedException {
        Path file = designs.resolve("%d_%d_%dCU.xclbin".formatted(rows, cols, units));
        return Files.exists(file) ? file : TestDesigns.create(designs, rows, cols, units);
    }

    private XrtBackend backend() {
        return new XrtBackend(true, new AcceleratorSettings("", Duration.ofSeconds(20), 2, 10), options);
    }

    private static CardPool pool() {
        return CardPools.ofProcess().current().orElseThrow();
    }

    private static UnitAddress address(String card, Path bitstream, int unit) {
        return new UnitAddress(
                null,
                card,
                bitstream.toString(),
                null,
                new Function("dotprod_" + unit, List.of()),
                new Function("update_" + unit, List.of()),
                null);
    }

    private ComputeUnit<LinearOperator> open(Path bitstream) {
        return backend().open(address("0", bitstream, 1), List.of(), OPERATOR, clock);
    }

    private static double[] random(int length, int seed) {
        return new SplittableRandom(seed).doubles(length, -1, 1).toArray();
    }

    private static void assertSameProducts(LinearOperator actual, BornOperator expected, int seed) {
        double[] contrast = random(expected.cells(), seed);
        ComplexVector data = ComplexVector.zeros(expected.rows());
        ComplexVector expectedData = ComplexVector.zeros(expected.rows());
        actual.forward(contrast, data);
        expected.forward(contrast, expectedData);
        data.addScaled(-1, expectedData);
        assertThat(Math.sqrt(data.normSquared() / expectedData.normSquared())).isBetween(1e-12, 1e-6);

        ComplexVector residual = new ComplexVector(random(expected.rows(), seed + 1), random(expected.rows(), seed));
        double[] gradient = new double[expected.cells()];
        double[] expectedGradient = new double[expected.cells()];
        actual.adjoint(residual, gradient);
        expected.adjoint(residual, expectedGradient);
        double largest = 0;
        for (double value : expectedGradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(gradient).containsExactly(expectedGradient, within(1e-5 * largest));
    }

    // Products

    @ParameterizedTest
    @CsvSource({"30, 12", "31, 13", "64, 40", "7, 12", "30, 5", "7, 5", "1, 12", "30, 1", "29, 11"})
    void computesOnADesignOfAnySize(int rows, int cols) throws IOException, InterruptedException {
        try (ComputeUnit<LinearOperator> unit = open(design(rows, cols, 1))) {
            assertThat(unit.products()).hasSize(2);
            for (LinearOperator products : unit.products()) {
                assertThat(products.rows()).isEqualTo(OPERATOR.rows());
                assertThat(products.cells()).isEqualTo(OPERATOR.cells());
                assertSameProducts(products, OPERATOR, 3);
                assertSameProducts(products, OPERATOR, 9);
            }
        }
        long tiles = (long) ((29 / rows) + 1) * (11 / cols + 1);
        // A self-test, then two for each of two grids in flight.
        assertThat(clock.timing(Phase.DOTPROD).calls()).isEqualTo(5 * tiles);
        assertThat(clock.timing(Phase.UPDATE).calls()).isEqualTo(5 * tiles);
    }

    @Test
    void equalUnitsGiveEqualBits() throws IOException, InterruptedException {
        double[] contrast = random(OPERATOR.cells(), 1);
        List<double[]> results = new ArrayList<>();
        Path bitstream = design(40, 12, 2);
        for (UnitAddress address : List.of(address("0", bitstream, 1), address("0", bitstream, 2))) {
            try (ComputeUnit<LinearOperator> unit = backend().open(address, List.of(), OPERATOR, clock)) {
                ComplexVector data = ComplexVector.zeros(OPERATOR.rows());
                unit.products().get(1).forward(contrast, data);
                results.add(data.re());
                assertThat(unit.description().cu()).isEqualTo(address.cu());
            }
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    @Test
    void sendsTheMatrixTwiceAndThenVectorsAlone() throws IOException, InterruptedException {
        Path bitstream = design(32, 16, 1);
        long matrix = 32 * 16 * 8;
        long vectors = 16 * 4 + 32 * 8;
        try (ComputeUnit<LinearOperator> unit = open(bitstream)) {
            assertSameProducts(unit.products().get(0), OPERATOR, 1);
        }
        assertThat(clock.timing(Phase.UPLOAD).bytes()).isEqualTo(2 * matrix + 2 * vectors);
        // Only results of the problem, no padding.
        assertThat(clock.timing(Phase.DOWNLOAD).bytes()).isEqualTo(2 * (30 * 8 + 12 * 8));

        PhaseClock second = new PhaseClock();
        try (ComputeUnit<LinearOperator> unit =
                backend().open(address("0", bitstream, 1), List.of(), OPERATOR, second)) {
            assertSameProducts(unit.products().get(1), OPERATOR, 1);
        }
        assertThat(second.timing(Phase.UPLOAD).bytes()).isEqualTo(vectors);
        assertThat(second.timing(Phase.PROGRAM).calls()).isZero();

        BornOperator other = operator(5, 3, 1, 4, 4);
        try (ComputeUnit<LinearOperator> unit = backend().open(address("0", bitstream, 1), List.of(), other, second)) {
            assertSameProducts(unit.products().get(1), other, 1);
        }
        assertThat(second.timing(Phase.UPLOAD).bytes()).isEqualTo(vectors + 2 * matrix + 2 * vectors);
    }

    @Test
    void gridsInFlightShareAUnit() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ComputeUnit<LinearOperator> unit = open(design(7, 5, 1))) {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                LinearOperator products = unit.products().get(i);
                int seed = i;
                futures.add(threads.submit(() -> {
                    for (int call = 0; call < 50; call++) {
                        assertSameProducts(products, OPERATOR, seed + call);
                    }
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
            assertThat(unit.busyShare().orElseThrow()).isBetween(0.01, 1.0);
        } finally {
            threads.shutdownNow();
        }
    }

    // Cards

    @Test
    void describesItself() throws IOException, InterruptedException {
        options.put("OCTOSPARK_EMU_CARDS", "2");
        Path bitstream = design(30, 12, 1);
        for (String name : List.of("1", "0000:3c:00.1", "3c:00.1")) {
            try (ComputeUnit<LinearOperator> unit =
                    backend().open(address(name, bitstream, 1), List.of(), OPERATOR, clock)) {
                assertThat(unit.description().backend()).isEqualTo("xrt-emulated");
                assertThat(unit.description().device()).isEqualTo("0000:3c:00.1");
                assertThat(unit.description().bitstream()).isEqualTo(bitstream.toString());
                assertThat(unit.description().xclbinUuid())
                        .isEqualTo(backend()
                                .bitstream(bitstream.toString())
                                .xclbin()
                                .uuid()
                                .toString());
            }
        }
        assertThat(clock.timing(Phase.PROGRAM).calls()).isEqualTo(1);
    }

    @Test
    void aPreloadedCardIsNotProgrammedAgain() throws IOException, InterruptedException {
        Path bitstream = design(30, 12, 1);
        CardPools.ofProcess().of(backend()).preload(address("0", bitstream, 1));
        try (ComputeUnit<LinearOperator> unit = open(bitstream)) {
            assertSameProducts(unit.products().get(0), OPERATOR, 1);
            // The calls of the self-test and of the products here.
            assertThat(pool().usages().get("0000:3b:00.1/cu1").calls())
                    .isEqualTo(clock.timing(Phase.DOTPROD).calls()
                            + clock.timing(Phase.UPDATE).calls());
        }
        assertThat(clock.timing(Phase.PROGRAM).calls()).isZero();
        UnitUsage usage = pool().usages().get("0000:3b:00.1/cu1");
        assertThat(usage.calls()).isPositive();
        assertThat(usage.busyShare()).isBetween(0.0, 1.0);
        assertThat(usage.failures()).isZero();
        assertThat(pool().isExhausted(List.of("0000:3b:00.1"))).isFalse();
    }

    @Test
    void anEqualUnitTakesThePlaceOfOneThatIsLent() throws IOException, InterruptedException {
        Path bitstream = design(30, 12, 2);
        UnitAddress first = address("0", bitstream, 1);
        List<UnitAddress> all = List.of(first, address("0", bitstream, 2));
        try (ComputeUnit<LinearOperator> one = backend().open(first, all, OPERATOR, clock);
                ComputeUnit<LinearOperator> two = backend().open(first, all, OPERATOR, clock)) {
            assertThat(one.description().cu()).isEqualTo(1);
            assertThat(two.description().cu()).isEqualTo(2);
        }
    }

    @Test
    void loadsAnotherBitstreamWhenNoTaskUsesTheCard() throws Exception {
        Path first = design(30, 12, 1);
        Path second = design(31, 13, 1);
        FutureTask<Void> other = new FutureTask<>(() -> {
            try (ComputeUnit<LinearOperator> unit = open(second)) {
                assertSameProducts(unit.products().get(0), OPERATOR, 1);
            }
            return null;
        });
        Thread thread = new Thread(other);
        try (ComputeUnit<LinearOperator> unit = open(first)) {
            thread.start();
            while (thread.getState() != Thread.State.WAITING) {
                assertThat(other.isDone()).isFalse();
                Thread.onSpinWait();
            }
            assertSameProducts(unit.products().get(0), OPERATOR, 1);
        }
        other.get(1, TimeUnit.MINUTES);
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException, InterruptedException {
        Path bitstream = design(30, 12, 1);
        assertThatThrownBy(() -> backend().open(address("3", bitstream, 1), List.of(), OPERATOR, clock))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "kernels[].device = 3: this host has no such card; name one of its cards, by index, place on"
                                + " the bus or name: 0 (0000:3b:00.1)");
        assertThatThrownBy(() -> backend().open(address("0", bitstream, 2), List.of(), OPERATOR, clock))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        bitstream + ": has no compute unit \"dotprod_2\"; name one of its units: dotprod_1, update_1");
        UnitAddress banks = new UnitAddress(
                null,
                "0",
                bitstream.toString(),
                new DesignSize(8, 8),
                new Function("dotprod_1", List.of("HBM0", "DDR0", "HBM2")),
                new Function("update_1", List.of("HBM3", "HBM4", "HBM5")),
                null);
        assertThatThrownBy(() -> backend().open(banks, List.of(), OPERATOR, clock))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("functions: dotprod_1: bank 2 is DDR0, but " + bitstream + " connects vector to [HBM[1]];"
                        + " correct it, or leave functions out to take the bitstream's" + System.lineSeparator()
                        + bitstream + ": kernels[].rows and cols say 8 rows x 8 cols, the file was built for 30 rows x"
                        + " 12 cols; correct or remove them");
        assertThatThrownBy(() -> open(folder.resolve("none.xclbin")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(folder.resolve("none.xclbin") + ": there is no such file, and the catalogue of designs has"
                        + " none for the emulated card in its place; make one with octospark xclbin create");
        assertThat(clock.timing(Phase.OPEN).calls()).isZero();
    }

    // Faults

    @Test
    void aCardThatComputesWronglyIsCaughtByTheSelfTest() throws IOException, InterruptedException {
        options.put("OCTOSPARK_EMU_CARDS", "2");
        options.put("OCTOSPARK_EMU_FAULT", "wrong:0:dotprod_1");
        Path bitstream = design(30, 12, 1);
        UnitAddress first = address("0", bitstream, 1);
        UnitAddress second = address("1", bitstream, 1);
        assertThatThrownBy(() -> backend().open(first, List.of(first, second), OPERATOR, clock))
                .isInstanceOf(XrtException.class)
                .hasMessageMatching("card 0000:3b:00.1, unit dotprod_1: self-test: the product differs from the CPU's:"
                        + " relative difference: \\S+, allowed: at most 0.001; reset the card .*")
                .extracting(e -> ((Failure) e).code())
                .isEqualTo(ErrorCode.UNIT_WRONG);

        try (ComputeUnit<LinearOperator> unit = backend().open(first, List.of(first, second), OPERATOR, clock)) {
            assertThat(unit.description().device()).isEqualTo("0000:3c:00.1");
            assertSameProducts(unit.products().get(0), OPERATOR, 1);
        }
        assertThatThrownBy(() -> backend().open(first, List.of(first), OPERATOR, clock))
                .isInstanceOf(XrtException.class)
                .hasMessageStartingWith("card 0, unit dotprod_1: open: no unit of " + bitstream
                        + " is left; it failed with: card 0000:3b:00.1, unit dotprod_1: self-test")
                .extracting(e -> ((Failure) e).code())
                .isEqualTo(ErrorCode.UNITS_EXHAUSTED);
        assertThat(pool().isExhausted(List.of("0000:3b:00.1"))).isTrue();
        assertThat(pool().isExhausted(List.of("0000:3b:00.1", "0000:3c:00.1")))
                .as("with a card that works")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"error, the execution failed: ERROR", "lost, the execution failed: ABORT"})
    void aUnitThatFailsIsGivenUp(String fault, String problem) throws IOException, InterruptedException {
        options.put("OCTOSPARK_EMU_CARDS", "2");
        options.put("OCTOSPARK_EMU_FAULT", fault + ":0:update_1:3");
        Path bitstream = design(30, 12, 2);
        List<UnitAddress> units = List.of(
                address("0", bitstream, 1),
                address("0", bitstream, 2),
                address("1", bitstream, 1),
                address("1", bitstream, 2));
        ComplexVector residual = ComplexVector.zeros(OPERATOR.rows());
        double[] gradient = new double[OPERATOR.cells()];
        try (ComputeUnit<LinearOperator> unit = backend().open(units.get(0), units, OPERATOR, clock)) {
            LinearOperator products = unit.products().get(0);
            products.adjoint(residual, gradient);
            products.adjoint(residual, gradient);
            assertThatThrownBy(() -> products.adjoint(residual, gradient))
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining(problem);
            assertThatThrownBy(() -> unit.products().get(1).forward(gradient, residual))
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining("the unit is not usable");
        }
        // A unit of the other card, as the failure may be the card's.
        try (ComputeUnit<LinearOperator> unit = backend().open(units.get(0), units, OPERATOR, clock)) {
            assertThat(unit.description().device()).isEqualTo("0000:3c:00.1");
            assertSameProducts(unit.products().get(0), OPERATOR, 1);
        }
    }

    /** The functions that open a kernel without asking for it alone. */
    private interface SharingLibrary extends Library {
        long xrtDeviceOpen(int index);

        int xrtDeviceLoadXclbinFile(long device, String file);

        int xrtDeviceGetXclbinUUID(long device, byte[] uuid);

        long xrtPLKernelOpen(long device, byte[] uuid, String name);

        int xrtKernelClose(long kernel);

        int xrtDeviceClose(long device);
    }

    /** Another user has the unit's first kernel, so that it can't be opened for this process alone. */
    private static AutoCloseable occupant(XrtBackend backend, UnitAddress address) {
        backend.xrt().load();
        SharingLibrary library = Native.load(
                EmulatedCards.library().toString(), SharingLibrary.class, Map.of(Library.OPTION_OPEN_FLAGS, 2));
        long card = library.xrtDeviceOpen(0);
        byte[] uuid = new byte[16];
        assertThat(library.xrtDeviceLoadXclbinFile(
                        card, backend.bitstream(address).file().toString()))
                .isZero();
        assertThat(library.xrtDeviceGetXclbinUUID(card, uuid)).isZero();
        long kernel = library.xrtPLKernelOpen(
                card, uuid, "dotprod:{" + address.dotprod().name() + "}");
        assertThat(kernel).isNotZero();
        return () -> {
            library.xrtKernelClose(kernel);
            library.xrtDeviceClose(card);
        };
    }

    @Test
    void aUnitThatHasFailedIsOpenedAgainUntilItHasFailedTooOften() throws Exception {
        XrtBackend backend = backend().quarantineAfter(2);
        Path bitstream = design(30, 12, 2);
        UnitAddress first = address("0", bitstream, 1);
        UnitAddress second = address("0", bitstream, 2);
        String problem = "card 0000:3b:00.1, unit dotprod:{dotprod_1}, xclbin "
                + backend.bitstream(first).xclbin().uuid() + ": xrtPLKernelOpenExclusive: the unit cannot be opened;"
                + " check that the xclbin has it and that nobody else has it open exclusively";
        try (AutoCloseable occupant = occupant(backend, first)) {
            assertThat(occupant).isNotNull();
            assertThatThrownBy(() -> backend.open(first, List.of(first, second), OPERATOR, clock))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(problem);
        }
        assertThat(pool().takeVerdicts()).singleElement().satisfies(failure -> {
            assertThat(failure.unit()).isEqualTo(first);
            assertThat(failure.device()).isEqualTo("0000:3b:00.1");
            assertThat(failure.unit().cu()).isEqualTo(1);
            assertThat(failure.message()).isEqualTo(problem);
            assertThat(failure.givenUp()).isFalse();
        });
        assertThat(pool().takeVerdicts()).as("taken once").isEmpty();

        try (ComputeUnit<LinearOperator> before = backend.open(first, List.of(first, second), OPERATOR, clock);
                ComputeUnit<LinearOperator> again = backend.open(first, List.of(first, second), OPERATOR, clock)) {
            assertThat(before.description().cu()).as("without failures").isEqualTo(2);
            assertThat(again.description().cu()).isEqualTo(1);
            assertSameProducts(again.products().get(0), OPERATOR, 1);
        }
        assertThat(pool().usages().get("0000:3b:00.1/cu1").failures()).isEqualTo(1);
    }

    @Test
    void aUnitIsGivenUpAfterAsManyFailuresAsAreAllowed() throws IOException, InterruptedException {
        // The self-test has one call of either kernel.
        options.put("OCTOSPARK_EMU_FAULT", "error:0:update_1:1");
        XrtBackend backend = backend().quarantineAfter(3);
        UnitAddress unit = address("0", design(30, 12, 1), 1);
        try (ComputeUnit<LinearOperator> failing = backend.open(unit, List.of(), OPERATOR, clock)) {
            LinearOperator products = failing.products().get(0);
            assertThatThrownBy(
                            () -> products.adjoint(ComplexVector.zeros(OPERATOR.rows()), new double[OPERATOR.cells()]))
                    .isInstanceOf(XrtException.class);
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> backend.open(unit, List.of(), OPERATOR, clock))
                    .as("self-test of the unit that was opened again")
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining("xrtRunWaitFor: the execution failed: ERROR");
        }
        assertThatThrownBy(() -> backend.open(unit, List.of(), OPERATOR, clock))
                .isInstanceOf(XrtException.class)
                .hasMessageStartingWith("card 0, unit dotprod_1: open: no unit of " + unit.bitstream()
                        + " is left; it failed with: card 0000:3b:00.1, unit update:{update_1}");
        assertThat(pool().takeVerdicts()).extracting(UnitVerdict::givenUp).containsExactly(false, false, true);
    }

    @Test
    void allUnitsOfALostCardAreGivenUpAtOnce() throws IOException, InterruptedException {
        options.put("OCTOSPARK_EMU_FAULT", "lost:0:update_1:1");
        XrtBackend backend = backend().quarantineAfter(3);
        Path bitstream = design(30, 12, 2);
        UnitAddress first = address("0", bitstream, 1);
        UnitAddress second = address("0", bitstream, 2);
        try (ComputeUnit<LinearOperator> unit = backend.open(first, List.of(first, second), OPERATOR, clock)) {
            LinearOperator products = unit.products().get(0);
            assertThatThrownBy(
                            () -> products.adjoint(ComplexVector.zeros(OPERATOR.rows()), new double[OPERATOR.cells()]))
                    .isInstanceOf(XrtException.class);
        }
        assertThatThrownBy(() -> backend.open(second, List.of(first, second), OPERATOR, clock))
                .isInstanceOf(XrtException.class)
                .hasMessageStartingWith("card 0, unit dotprod_2: open: no unit of " + bitstream
                        + " is left; it failed with: card 0000:3b:00.1, unit update:{update_1}");
        assertThat(pool().takeVerdicts()).singleElement().satisfies(failure -> {
            assertThat(failure.unit()).isEqualTo(first);
            assertThat(failure.givenUp()).isTrue();
        });
        assertThat(pool().isExhausted(List.of("0000:3b:00.1"))).isTrue();
    }

    @Test
    void aUnitMayFailOnceAtLeast() {
        assertThatThrownBy(() -> backend().quarantineAfter(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("quarantineAfter = 0");
        assertThat(backend().quarantineAfter()).isEqualTo(1);
        assertThat(backend().quarantineAfter(4).with(OperatorForm.REDUCED).quarantineAfter())
                .isEqualTo(4);
    }

    @Test
    void aUnitIsLentToOneTaskAtATime() throws Exception {
        Path bitstream = design(30, 12, 1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            ComputeUnit<LinearOperator> first = open(bitstream);
            Future<ComputeUnit<LinearOperator>> second = thread.submit(() -> open(bitstream));
            assertThat(second.isDone()).isFalse();
            LinearOperator products = first.products().get(0);
            first.close();
            first.close();
            assertThatThrownBy(
                            () -> products.adjoint(ComplexVector.zeros(OPERATOR.rows()), new double[OPERATOR.cells()]))
                    .isInstanceOf(XrtException.class)
                    .hasMessage("card 0000:3b:00.1, unit dotprod_1: product: the unit is not usable: the task has given"
                            + " it back; use another unit")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.UNIT_NOT_USABLE);
            try (ComputeUnit<LinearOperator> unit = second.get()) {
                assertSameProducts(unit.products().get(0), OPERATOR, 1);
            }
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void closingEndsAProductBetweenItsTiles() throws Exception {
        options.put("OCTOSPARK_EMU_DOTPROD_MS", "100");
        Path bitstream = design(5, 4, 1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            ComputeUnit<LinearOperator> unit = open(bitstream);
            long before = clock.timing(Phase.DOTPROD).calls();
            Future<?> product = thread.submit(() ->
                    unit.products().get(0).forward(new double[OPERATOR.cells()], ComplexVector.zeros(OPERATOR.rows())));
            while (clock.timing(Phase.DOTPROD).calls() == before) {
                Thread.onSpinWait();
            }
            unit.close();

            assertThatThrownBy(product::get)
                    .cause()
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("the task has given the unit back");
            // One of 18 tiles.
            assertThat(clock.timing(Phase.DOTPROD).calls() - before).isLessThan(18);
            assertThat(unit.products()).isNotEmpty();
        } finally {
            thread.shutdownNow();
        }
        // Nothing was wrong with the unit.
        try (ComputeUnit<LinearOperator> unit = open(bitstream)) {
            assertThat(unit.description().cu()).isEqualTo(1);
        }
    }

    @Test
    void whoIsInterruptedAtTheCardsLockLeavesTheUnitToOthers() throws Exception {
        Path bitstream = design(30, 12, 1);
        XrtException[] failure = new XrtException[1];
        try (CardLock lock = CardLock.acquire("xrt-emulated-0000:3b:00.1", Duration.ofSeconds(20))) {
            Thread opener = new Thread(() -> {
                try {
                    open(bitstream);
                } catch (XrtException e) {
                    failure[0] = e;
                }
            });
            opener.start();
            while (opener.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            opener.interrupt();
            opener.join();
            assertThat(lock).isNotNull();
        }

        assertThat(failure[0])
                .hasMessageContaining("lock: interrupted while waiting for ")
                .extracting(e -> ((Failure) e).code())
                .isEqualTo(ErrorCode.INTERRUPTED);
        try (ComputeUnit<LinearOperator> unit = open(bitstream)) {
            assertSameProducts(unit.products().get(0), OPERATOR, 1);
        }
    }

    @Test
    void aCardIsNotUsedWithTwoSettingsAtOnce() throws IOException, InterruptedException {
        Path bitstream = design(30, 12, 1);
        XrtBackend other = new XrtBackend(true, new AcceleratorSettings("", Duration.ofSeconds(9), 1, 10), options);
        try (ComputeUnit<LinearOperator> unit = open(bitstream)) {
            assertThatThrownBy(() -> other.open(address("0", bitstream, 1), List.of(), OPERATOR, clock))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "cards of this process are in use with other settings: 1 units are lent; wait for the run"
                                    + " that uses them")
                    .extracting(e -> ((InvalidInputException) e).code())
                    .isEqualTo(ErrorCode.CARDS_IN_USE);
            assertSameProducts(unit.products().get(0), OPERATOR, 1);
        }
        try (ComputeUnit<LinearOperator> unit = other.open(address("0", bitstream, 1), List.of(), OPERATOR, clock)) {
            assertThat(unit.products()).hasSize(1);
        }
    }

    @Test
    void timesAgreeWithTheCardsOwn() throws IOException, InterruptedException {
        Path log = folder.resolve("calls.csv");
        options.put("OCTOSPARK_EMU_CALL_LOG", log.toString());
        options.put("OCTOSPARK_EMU_DOTPROD_MS", "20");
        try (ComputeUnit<LinearOperator> unit = open(design(30, 12, 1))) {
            for (int call = 0; call < 10; call++) {
                unit.products().get(0).forward(new double[OPERATOR.cells()], ComplexVector.zeros(OPERATOR.rows()));
            }
        }
        double logged = 0;
        for (String line : Files.readAllLines(log)) {
            String[] fields = line.split(",", -1);
            if (fields[0].equals("call") && fields[2].equals("dotprod_1")) {
                logged += (Long.parseLong(fields[5]) - Long.parseLong(fields[4])) / 1e9;
            }
        }
        assertThat(clock.timing(Phase.DOTPROD).totalSeconds()).isBetween(logged, logged * 1.5);
        assertThat(logged).isGreaterThanOrEqualTo(11 * 0.02 - 1e-9);
    }
}
