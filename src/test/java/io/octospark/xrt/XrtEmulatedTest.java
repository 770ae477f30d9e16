package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.xrt.emulator.EmulatedDesign;
import io.octospark.xrt.emulator.EmulatedLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tests of a card on the emulated card, which answers as a card would where XRT's noop driver has none to ask. */
class XrtEmulatedTest extends CardTests {
    private static final int ROWS = 7;
    private static final int COLS = 5;

    /** The seed of the long use; docs/xrt-conformance.md has its figures. */
    private static final long SOAK_SEED = 20261122;

    private static final int SOAK_CALLS = 100_000;
    private static final int SOAK_CYCLES = 1000;
    private static final int SHORT_CALLS = 10_000;
    private static final int SHORT_CYCLES = 100;
    /** A third of the buffers of all cycles: three in each, with a page for the host and one for the card. */
    private static final int SOAK_GROWTH_KILOBYTES = 8192;
    /** Threads and files of the JVM itself come and go. */
    private static final int SOAK_GROWTH = 5;

    @Override
    Xrt xrt() {
        return Xrt.standIn(EmulatedLibrary.file(), Map.of("OCTOSPARK_EMU_NOOP", "1"));
    }

    @Override
    Map<String, String> environment(Path folder, int runMillis) {
        return Map.of("OCTOSPARK_EMU_DOTPROD_MS", Integer.toString(runMillis));
    }

    /** As many as its options say, each with a place; one without options. */
    @Override
    boolean knowsItsCards() {
        return true;
    }

    /** As a card, which is programmed for all its users. */
    @Override
    boolean keepsXclbins() {
        return true;
    }

    /** The card's copy of a buffer is apart from the host's. */
    @Override
    boolean hasMemory() {
        return true;
    }

    /** A card would compute with the wrong memory, or hang. */
    @Override
    boolean checksStarts() {
        return true;
    }

    /** As XRT does with a card. */
    @Override
    boolean limitsWaits() {
        return true;
    }

    /** Its bitstream is code of this computer, which is loaded into the process. */
    @Override
    boolean checksBitstreams() {
        return true;
    }

    /** XRT would use memory again that a card still writes to. */
    @Override
    boolean guardsWhatRuns() {
        return true;
    }

    /** One unit with its buffers, for calls with numbers that are never the same. */
    private static final class Product implements AutoCloseable {
        private final int rows;
        private final int cols;
        private final Random random;
        private final XrtKernel kernel;
        private final XrtBuffer vector;
        private final XrtBuffer out;
        private final XrtRun run;
        private final float[] matrix;

        Product(XrtDevice card, int unit, int rows, int cols, long seed) {
            this.rows = rows;
            this.cols = cols;
            random = new Random(seed);
            matrix = random(2 * rows * cols);
            List<XrtArgument> arguments = List.of(
                    new XrtArgument("matrix", 8L * rows * cols),
                    new XrtArgument("vector", 4L * cols),
                    new XrtArgument("out", 8L * rows));
            kernel = card.openKernel("dotprod", "dotprod_" + unit, arguments);
            XrtBuffer matrixBuffer = kernel.allocate(0, 8L * rows * cols);
            matrixBuffer.access(image -> image.asFloatBuffer().put(matrix));
            matrixBuffer.syncToDevice();
            vector = kernel.allocate(1, 4L * cols);
            out = kernel.allocate(2, 8L * rows);
            run = kernel.openRun();
            run.set(0, matrixBuffer);
            run.set(1, vector);
            run.set(2, out);
        }

        private float[] random(int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextFloat() * 2 - 1;
            }
            return values;
        }

        /** Computes, and compares with the same in double precision. */
        void call() {
            float[] factors = random(cols);
            vector.access(image -> image.asFloatBuffer().put(factors));
            vector.syncToDevice();
            run.start();
            run.waitFor(LIMIT);
            out.syncFromDevice(0, out.bytes());
            float[] actual = new float[2 * rows];
            out.access(image -> image.asFloatBuffer().get(actual));
            for (int i = 0; i < actual.length; i++) {
                double expected = 0;
                for (int col = 0; col < cols; col++) {
                    expected += (double) matrix[2 * (i / 2 * cols + col) + i % 2] * factors[col];
                }
                if (!(Math.abs(actual[i] - expected) <= 1e-5)) {
                    assertThat((double) actual[i]).isCloseTo(expected, within(1e-5));
                }
            }
        }

        @Override
        public void close() {
            kernel.close();
        }
    }

    @Test
    void computesWithTheKernelsOfTheDesign() throws Exception {
        Path design = EmulatedDesign.create(Path.of("").toAbsolutePath(), ROWS, COLS);
        try (XrtDevice card = xrt().open("0000:3b:00.1")) {
            card.load(design);
            for (int unit = 1; unit <= 2; unit++) {
                try (Product product = new Product(card, unit, ROWS, COLS, unit)) {
                    product.call();
                    product.call();
                }
            }
        }
    }

    // What is not as it should be

    @Test
    void anAbsentLibraryIsReported() {
        Path absent = Path.of("libabsent.so").toAbsolutePath();
        assertThatThrownBy(() -> Xrt.standIn(absent, Map.of()).open(0))
                .isInstanceOf(XrtException.class)
                .hasMessageStartingWith("load: cannot load the library " + absent + " on host ");
    }

    @Test
    @ChildJvm.Wants(environment = "OCTOSPARK_EMU_CARDS=0")
    void aHostWithoutCardsHasNoCard() {
        assertThatThrownBy(() -> xrt().open(0))
                .isInstanceOf(XrtException.class)
                .hasMessage("card 0: xrtDeviceOpen: the card cannot be opened; see which cards xbutil examine lists")
                .extracting(e -> ((Failure) e).code())
                .isEqualTo(ErrorCode.CARD_NOT_OPENED);
        assertThatThrownBy(() -> xrt().open("0000:3b:00.1"))
                .isInstanceOf(XrtException.class)
                .hasMessage("card 0000:3b:00.1: xrtDeviceOpenByBDF: the card cannot be opened; see which cards xbutil"
                        + " examine lists");
    }

    @Test
    @ChildJvm.Wants(environment = "OCTOSPARK_EMU_PLATFORM=xilinx_u250_gen3x16_xdma_4_1_202210_1")
    void anXclbinForAnotherPlatformIsRefused() throws IOException {
        Path xclbin = xclbin();
        try (XrtDevice card = xrt().open(0)) {
            assertThatThrownBy(() -> card.load(xclbin))
                    .isInstanceOf(XrtException.class)
                    .hasMessage("card 0: xrtDeviceLoadXclbinFile: the card refused " + xclbin + "; see standard error"
                            + " for XRT's reason: a file for another platform, or a card in use with another xclbin");
            assertThat(card.xclbin()).isEmpty();
            assertThat(Files.readString(Path.of(ChildJvm.OUTPUT)))
                    .contains("[XRT-EMU] xclbin for platform test_platform, card 0000:3b:00.1 has xilinx_u250");
        }
    }

    @Test
    @ChildJvm.Wants(
            environment = "OCTOSPARK_EMU_FAULT=hang:0:dotprod_1:1",
            logs =
                    "card 0, unit dotprod:\\{dotprod_1}, xclbin .*: abandoned, because the card still works on it: a run;"
                            + " the card stays open until the JVM ends")
    void aHungUnitIsLeftAlone() throws IOException {
        XrtDevice card = xrt().open(0);
        card.load(xclbin());
        XrtRun run = completeRun(card, 1);
        run.start();
        run.waitFor(LIMIT);
        run.start();
        assertThatThrownBy(() -> run.waitFor(Duration.ofMillis(50)))
                .isInstanceOf(XrtException.class)
                .hasMessageContaining(
                        "xrtRunWaitFor: not over within the time limit of 50 ms: TIMEOUT, allowed:" + " COMPLETED; ");
        XrtRun other = completeRun(card, 2);
        other.start();
        other.waitFor(LIMIT);

        card.close();
    }

    @Test
    @ChildJvm.Wants(environment = "OCTOSPARK_EMU_FAULT=error:0:dotprod_1,lost:0:dotprod_2")
    void aUnitInTheErrorStateAndALostCardAreFailures() throws IOException {
        try (XrtDevice card = xrt().open(0)) {
            card.load(xclbin());
            XrtRun failing = completeRun(card, 1);
            failing.start();
            assertThatThrownBy(() -> failing.waitFor(LIMIT))
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining("xrtRunWaitFor: the execution failed: ERROR, allowed: COMPLETED; ");
            XrtRun losing = completeRun(card, 2);
            XrtBuffer buffer = completeBuffer(card, 1);
            losing.start();
            assertThatThrownBy(() -> losing.waitFor(LIMIT))
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining("xrtRunWaitFor: the execution failed: ABORT, allowed: COMPLETED; ");
            assertThatThrownBy(buffer::syncToDevice)
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining("xrtBOSync: no transfer to the card: 4096 bytes at 0; ");
        }
        assertThatThrownBy(() -> xrt().open(0))
                .isInstanceOf(XrtException.class)
                .hasMessageContaining("xrtDeviceOpen: the card cannot be opened; ");
    }

    private static XrtKernel dotprod(XrtDevice card, int unit) {
        return card.openKernel("dotprod", "dotprod_" + unit, TestXclbin.DOTPROD);
    }

    private static XrtBuffer completeBuffer(XrtDevice card, int unit) {
        return dotprod(card, unit).allocate(0, TestXclbin.BUFFER_BYTES);
    }

    private static XrtRun completeRun(XrtDevice card, int unit) {
        XrtKernel kernel = dotprod(card, unit);
        XrtRun run = kernel.openRun();
        for (int i = 0; i < TestXclbin.DOTPROD.size(); i++) {
            run.set(i, kernel.allocate(i, TestXclbin.BUFFER_BYTES));
        }
        return run;
    }

    // Long use

    /** What the process holds. */
    private record Held(long residentKilobytes, long threads, long files) {
        static Held now() throws IOException {
            System.gc();
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            return new Held(resident, entries("/proc/self/task"), entries("/proc/self/fd"));
        }

        private static long entries(String folder) throws IOException {
            try (Stream<Path> list = Files.list(Path.of(folder))) {
                return list.count();
            }
        }
    }

    @Test
    @ChildJvm.Wants(jvm = {"-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:-UseDynamicNumberOfCompilerThreads"})
    void useLeavesNothingBehind() throws Exception {
        use(SHORT_CALLS, SHORT_CYCLES);
    }

    @Test
    @Tag("nightly")
    @ChildJvm.Wants(jvm = {"-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:-UseDynamicNumberOfCompilerThreads"})
    void longUseLeavesNothingBehind() throws Exception {
        use(SOAK_CALLS, SOAK_CYCLES);
    }

    private void use(int calls, int cycles) throws Exception {
        Path folder = Path.of("").toAbsolutePath();
        List<Path> designs =
                List.of(EmulatedDesign.create(folder, ROWS, COLS), EmulatedDesign.create(folder, ROWS + 1, COLS));
        // What is made once, compiled code above all, is there afterwards.
        use(designs, calls / 5, cycles / 5);
        Held before = Held.now();
        use(designs, calls, cycles);
        Held after = Held.now();
        System.out.println("before " + before + ", after " + after);

        assertThat(after.residentKilobytes() - before.residentKilobytes()).isLessThan(SOAK_GROWTH_KILOBYTES);
        assertThat(after.threads() - before.threads()).isLessThan(SOAK_GROWTH);
        assertThat(after.files() - before.files()).isLessThan(SOAK_GROWTH);
    }

    /** Calls of two units in two threads, then cycles from opening to closing, each of which programs the card again. */
    private void use(List<Path> designs, int calls, int cycles) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (XrtDevice card = xrt().open(0)) {
            card.load(designs.get(0));
            List<Future<?>> done = new ArrayList<>();
            for (int unit = 1; unit <= 2; unit++) {
                Product product = new Product(card, unit, ROWS, COLS, SOAK_SEED + unit);
                done.add(threads.submit(() -> {
                    for (int i = 0; i < calls / 2; i++) {
                        product.call();
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        for (int i = 0; i < cycles; i++) {
            try (XrtDevice card = xrt().open(0)) {
                card.load(designs.get(i % 2));
                try (Product product = new Product(card, i / 2 % 2 + 1, ROWS + i % 2, COLS, SOAK_SEED + i)) {
                    product.call();
                }
            }
        }
    }
}
