package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.emulator.EmulatedDesign;
import io.octospark.xrt.xclbin.XclbinMutations;
import io.octospark.xrt.xclbin.XclbinWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a card does for its users, by whichever library. */
abstract class CardTests extends LibraryTests {
    static final Duration LIMIT = Duration.ofSeconds(20);

    private static final String NO_XCLBIN =
            ": does not start with xclbin2 as xclbin files do; give the path of an xclbin";

    /** The seed of the damaged files; each JVM adds its number. */
    private static final long FUZZ_SEED = 20261122;

    /** For each of the four JVMs. */
    private static final int FUZZ_FILES = 2500;

    private static final int FEWER_FUZZ_FILES = 600;

    private static final String PLACE = "card 0, unit dotprod:{dotprod_1}, xclbin " + TestXclbin.UUID_1 + ": ";

    private XrtDevice loadedCard() throws IOException {
        XrtDevice card = xrt().open(0);
        card.load(xclbin());
        return card;
    }

    private static XrtKernel dotprod(XrtDevice card, int unit) {
        return card.openKernel("dotprod", "dotprod_" + unit, TestXclbin.DOTPROD);
    }

    private static XrtBuffer buffer(XrtKernel kernel) {
        return kernel.allocate(0, TestXclbin.BUFFER_BYTES);
    }

    /** A run with all its arguments. */
    private static XrtRun run(XrtKernel dotprod) {
        XrtRun run = dotprod.openRun();
        for (int i = 0; i < TestXclbin.DOTPROD.size(); i++) {
            run.set(i, dotprod.allocate(i, TestXclbin.BUFFER_BYTES));
        }
        return run;
    }

    // The card and its xclbin

    @Test
    void loadsAnXclbinAndAnother() throws IOException {
        try (XrtDevice card = xrt().open(0)) {
            assertThat(card.card()).isEqualTo("0");
            assertThat(card.xclbin()).isEmpty();

            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
            assertThat(card.xclbin()).contains(TestXclbin.UUID_1);
            assertThat(card.load(otherXclbin())).isEqualTo(TestXclbin.UUID_2);
        }
        try (XrtDevice card = xrt().open(0)) {
            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
        }
    }

    @Test
    void loadsAnotherAfterARun() throws IOException {
        try (XrtDevice card = xrt().open(0)) {
            for (Path xclbin : List.of(xclbin(), otherXclbin(), xclbin())) {
                card.load(xclbin);
                try (XrtKernel kernel = dotprod(card, 1);
                        XrtRun run = run(kernel)) {
                    run.start();
                    run.waitFor(LIMIT);
                }
            }
        }
    }

    @Test
    void refusesACardThatCannotBe() {
        assertThatThrownBy(() -> xrt().open(-1))
                .isInstanceOf(XrtException.class)
                .hasMessage("card -1: xrtDeviceOpen: no such card: -1, allowed: 0 or more; count cards from 0");
        assertThatThrownBy(() -> xrt().open("65:00"))
                .isInstanceOf(XrtException.class)
                .hasMessage("card 65:00: xrtDeviceOpenByBDF: not a place on the PCI bus: 65:00, allowed:"
                        + " domain:bus:device.function in hexadecimal, such as 0000:65:00.1; take it from xbutil"
                        + " examine");
    }

    @Test
    void refusesFilesThatWouldEndTheProcess() throws IOException {
        byte[] good = TestXclbin.bytes(TestXclbin.UUID_1);
        try (XrtDevice card = xrt().open(0)) {
            Path missing = Path.of("missing.xclbin").toAbsolutePath();
            assertRefused(card, missing, ": there is no such file; correct the path of the xclbin");
            assertRefused(card, Path.of("").toAbsolutePath(), ": is not a file; give the path of an xclbin");
            Path file = file("bad.xclbin", new byte[0]);
            assertRefused(card, file, ": is empty; copy or build the file again");
            for (int length = 1; length < good.length; length += 61) {
                file("bad.xclbin", Arrays.copyOf(good, length));
                assertRefused(
                        card,
                        file,
                        length < 8
                                ? NO_XCLBIN
                                : length < 456
                                        ? ": has " + length + " bytes, the header alone has 456; copy or build the file"
                                                + " again"
                                        : ": has " + length + " bytes, its header says " + good.length
                                                + "; copy or build the file again");
            }
            byte[] random = new byte[5000];
            new Random(1).nextBytes(random);
            file("bad.xclbin", random);
            assertRefused(card, file, NO_XCLBIN);
            change(file, good, bytes -> bytes.put(0, (byte) 'X'));
            assertRefused(card, file, NO_XCLBIN);
            change(file, good, bytes -> bytes.putLong(TestXclbin.LENGTH_OFFSET, -1));
            assertRefused(
                    card,
                    file,
                    ": has " + good.length
                            + " bytes, its header says 18446744073709551615; copy or build the file again");
            change(file, good, bytes -> bytes.putInt(448, 1 << 30));
            assertRefused(
                    card, file, ": has 1073741824 sections, it must have 1 to 1024; copy or build the file again");
            change(file, good, bytes -> bytes.putLong(456 + 24, Long.MAX_VALUE));
            assertThatThrownBy(() -> card.load(file))
                    .hasMessageMatching("card 0: xrtDeviceLoadXclbinFile: \\Q" + file
                            + "\\E: section EMBEDDED_METADATA:"
                            + " has \\d+ bytes from 9223372036854775807, it must lie within 616 to " + good.length
                            + "; copy or build the file again");
            change(file, good, bytes -> bytes.putLong(TestXclbin.UUID_OFFSET, 0)
                    .putLong(TestXclbin.UUID_OFFSET + 8, 0));
            assertRefused(
                    card,
                    file,
                    ": the UUID: " + new UUID(0, 0) + ", allowed: any but this, which means any xclbin; give the path"
                            + " of an xclbin that v++ has built");

            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
        }
    }

    private static void change(Path file, byte[] good, Consumer<ByteBuffer> change) throws IOException {
        byte[] bytes = good.clone();
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        Files.write(file, bytes);
    }

    private static void assertRefused(XrtDevice card, Path file, String problem) {
        assertThatThrownBy(() -> card.load(file))
                .isInstanceOf(XrtException.class)
                .hasMessage("card 0: xrtDeviceLoadXclbinFile: " + file + problem);
    }

    @Test
    void refusesAFileTooLargeToRead() throws IOException {
        Path file = xclbin();
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw");
                XrtDevice card = xrt().open(0)) {
            long bytes = 1L << 31;
            sparse.setLength(bytes);
            sparse.seek(TestXclbin.LENGTH_OFFSET);
            sparse.writeLong(Long.reverseBytes(bytes));
            assertRefused(card, file, ": has 2147483648 bytes, at most 1073741824 are read; is it an xclbin?");
        }
    }

    @Test
    void anInterruptedReadIsOneFailure() throws IOException {
        Path file = xclbin();
        try (XrtDevice card = xrt().open(0)) {
            Thread.currentThread().interrupt();
            assertRefused(
                    card,
                    file,
                    ": cannot be read (java.nio.channels.ClosedByInterruptException); make it readable for this user,"
                            + " or copy it again");
            assertThat(Thread.interrupted()).isTrue();

            assertThatThrownBy(() -> card.load(Path.of("missing")))
                    .isInstanceOf(XrtException.class)
                    .hasMessage("card 0: xrtDeviceLoadXclbinFile: missing: there is no such file; correct the path of"
                            + " the xclbin")
                    .hasCauseInstanceOf(InvalidInputException.class);
        }
    }

    /** What is damaged: plain and grouped sections; the last one has a bitstream that nothing can load. */
    private static List<byte[]> soundFiles() {
        byte[] code = Arrays.copyOf(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 64);
        return List.of(
                TestXclbin.bytes(TestXclbin.UUID_1),
                XclbinWriter.toBytes(EmulatedDesign.design(7, 5).toDesign(), new byte[0]),
                XclbinWriter.toBytes(EmulatedDesign.design(7, 5).toDesign(), code));
    }

    @Test
    @ChildJvm.Wants
    void noneOfAFewDamagedFilesEndsTheProcess() throws IOException {
        loadDamaged(FEWER_FUZZ_FILES);
    }

    @Test
    @Tag("nightly")
    @ChildJvm.Wants(processes = 4)
    void noDamagedFileEndsTheProcess() throws IOException {
        loadDamaged(FUZZ_FILES);
    }

    private void loadDamaged(int count) throws IOException {
        long seed = FUZZ_SEED + Integer.getInteger(ChildJvm.NUMBER);
        XclbinMutations mutations = new XclbinMutations(seed, soundFiles());
        int passed = 0;
        int loaded = 0;
        int ran = 0;
        try (XrtDevice card = xrt().open(0)) {
            for (int i = 0; i < count; i++) {
                // The last line tells which file it was, should the process end.
                System.out.println("file " + i + " of seed " + seed);
                byte[] damaged = mutations.next();
                if (i % 2 == 0 && damaged.length > TestXclbin.UUID_OFFSET + 16) {
                    // Another xclbin than the one before, and not one whose UUID tells that it is damaged.
                    ByteBuffer.wrap(damaged).putLong(TestXclbin.UUID_OFFSET + 8, i);
                }
                Path file = file("damaged.xclbin", damaged);
                try {
                    card.load(file);
                    loaded++;
                    passed++;
                } catch (XrtException e) {
                    // The cause of a refusal is the reader's; the library's has none.
                    passed += e.getCause() == null ? 1 : 0;
                    continue;
                }
                try (XrtKernel kernel = dotprod(card, 1);
                        XrtRun run = run(kernel)) {
                    run.start();
                    run.waitFor(LIMIT);
                    ran++;
                } catch (XrtException e) {
                    // Damaged where it matters for this unit.
                }
            }
            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
        }
        System.out.println(passed + " passed the reader, " + loaded + " were loaded, " + ran + " ran");
        // None is rare: the mutations get past the reader, and past the library.
        assertThat(passed).isBetween(count / 5, count / 2);
        assertThat(loaded).isBetween(count / 10, passed);
        assertThat(loaded < passed).isEqualTo(checksBitstreams());
        assertThat(ran).isBetween(count / 10, loaded);
    }

    @Test
    void loadsNothingWhileKernelsAreOpen() throws IOException {
        try (XrtDevice card = loadedCard()) {
            XrtKernel kernel = dotprod(card, 1);
            assertThatThrownBy(() -> card.load(xclbin()))
                    .isInstanceOf(XrtException.class)
                    .hasMessage("card 0, xclbin " + TestXclbin.UUID_1 + ": xrtDeviceLoadXclbinFile: kernels of the card"
                            + " are open: 1, allowed: 0; close them before another xclbin is loaded");
            kernel.close();

            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
        }
    }

    // Kernels

    @Test
    void argumentsAreInTheirBanks() throws IOException {
        try (XrtDevice card = loadedCard();
                XrtKernel first = dotprod(card, 1);
                XrtKernel second = dotprod(card, 2);
                XrtKernel update = card.openKernel("update", "update_2", TestXclbin.UPDATE)) {
            for (int argument = 0; argument < 3; argument++) {
                assertThat(first.group(argument)).isEqualTo(0);
                assertThat(second.group(argument)).isEqualTo(1);
                assertThat(update.group(argument)).isEqualTo(1);
            }
            assertThatThrownBy(() -> first.group(3))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtKernelArgGroupId: no such argument of the kernel: 3, allowed: 0 to 2; count"
                            + " arguments from 0");
        }
    }

    @Test
    void unitsThatAreNotThereAreNotOpened() throws IOException {
        try (XrtDevice card = xrt().open(0)) {
            assertThatThrownBy(() -> dotprod(card, 1))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(
                            "card 0, unit dotprod:{dotprod_1}: xrtPLKernelOpenExclusive: the card has no xclbin; load one"
                                    + " first");
            card.load(xclbin());
            for (String[] names : new String[][] {{"dotprod", "dotprod_9"}, {"nothing", "nothing_1"}}) {
                assertThatThrownBy(() -> card.openKernel(names[0], names[1], TestXclbin.DOTPROD))
                        .isInstanceOf(XrtException.class)
                        .hasMessage("card 0, unit " + names[0] + ":{" + names[1] + "}, xclbin " + TestXclbin.UUID_1
                                + ": xrtPLKernelOpenExclusive: the unit cannot be opened; check that the xclbin has it and that"
                                + " nobody else has it open exclusively")
                        .extracting(e -> ((Failure) e).code())
                        .isEqualTo(ErrorCode.UNIT_NOT_OPENED);
            }
            // XRT would open the one that exists.
            assertThatThrownBy(() -> card.openKernel("dotprod", "dotprod_1,dotprod_9", TestXclbin.DOTPROD))
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining(
                            "xrtPLKernelOpenExclusive: not a name: dotprod_1,dotprod_9, allowed: a letter, then");
            List<XrtArgument> tooMany = new ArrayList<>(TestXclbin.DOTPROD);
            tooMany.add(new XrtArgument("more", 0));
            assertThatThrownBy(() -> card.openKernel("dotprod", "dotprod_1", tooMany))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtKernelArgGroupId: not a buffer argument of the kernel: 3 (more); give the"
                            + " arguments that the xclbin lists");
        }
    }

    // Buffers

    @Test
    void buffersHoldWhatIsPutIntoThem() throws IOException {
        try (XrtDevice card = loadedCard();
                XrtKernel kernel = dotprod(card, 2)) {
            XrtBuffer buffer = buffer(kernel);
            assertThat(buffer.bytes()).isEqualTo(TestXclbin.BUFFER_BYTES);
            assertThat(buffer.group()).isEqualTo(1);

            float[] values = new float[TestXclbin.BUFFER_BYTES / Float.BYTES];
            buffer.access(bytes -> {
                bytes.asFloatBuffer().get(values);
                bytes.asFloatBuffer().put(1, new float[] {1.5f, -2});
            });
            assertThat(values).containsOnly(0);
            buffer.syncToDevice();
            buffer.syncFromDevice(0, buffer.bytes());
            buffer.syncFromDevice(4, 8);
            buffer.access(bytes -> {
                assertThat(bytes.getInt(4)).isEqualTo(Float.floatToIntBits(1.5f));
                assertThat(bytes.get(7)).isEqualTo((byte) 0x3f);
                bytes.asFloatBuffer().get(values);
            });
            assertThat(values).startsWith(0, 1.5f, -2, 0);
        }
    }

    @Test
    void buffersEndWhereTheyEnd() throws IOException {
        try (XrtDevice card = loadedCard();
                XrtKernel kernel = dotprod(card, 1)) {
            XrtBuffer buffer = buffer(kernel);
            assertThatThrownBy(() -> buffer.syncFromDevice(4090, 7))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtBOSync: outside of the buffer: 7 bytes at 4090, allowed: within 4096 bytes;"
                            + " use a part that it has")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.XRT_MISUSE);
            assertThatThrownBy(() -> buffer.syncFromDevice(-1, 4)).hasMessageContaining("4 bytes at -1");
            assertThatThrownBy(() -> buffer.syncFromDevice(4, Long.MAX_VALUE)).hasMessageContaining("outside");
            assertThatThrownBy(() -> buffer.access(bytes -> bytes.get(4096)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            for (long bytes : new long[] {-1, 0, 4095, 1L << 31}) {
                assertThatThrownBy(() -> kernel.allocate(1, bytes))
                        .isInstanceOf(XrtException.class)
                        .hasMessage(PLACE + "xrtBOAlloc: bytes of a buffer for argument 1 (vector): " + bytes
                                + ", allowed: 4096 to 2147483647; allocate what the design needs, in several buffers"
                                + " where it is more");
            }
        }
    }

    // Runs

    @Test
    void runsAreRepeated() throws IOException {
        try (XrtDevice card = loadedCard();
                XrtKernel kernel = dotprod(card, 1);
                XrtRun run = run(kernel)) {
            assertThat(run.state()).isEqualTo(XrtRun.State.NEW);
            for (int i = 0; i < 20; i++) {
                run.start();
                assertThat(run.state()).isEqualTo(XrtRun.State.RUNNING);
                run.waitFor(LIMIT);
                assertThat(run.state()).isEqualTo(XrtRun.State.COMPLETED);
                run.set(1, buffer(kernel));
            }
        }
    }

    @Test
    void buffersOfOtherPlacesAreNotTaken() throws IOException {
        try (XrtDevice card = loadedCard();
                XrtDevice other = loadedCard()) {
            XrtRun run = dotprod(card, 1).openRun();
            assertThatThrownBy(() -> run.set(1, buffer(dotprod(card, 2))))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunSetArg: memory group of the buffer for argument 1 (vector): 1, allowed:"
                            + " 0; allocate the buffer for this argument of this unit");
            XrtKernel small = card.openKernel("update", "update_1", List.of(new XrtArgument("residual", 8)));
            assertThatThrownBy(() -> run.set(1, small.allocate(0, 8)))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunSetArg: bytes of the buffer for argument 1 (vector): 8, allowed: 4096 or"
                            + " more; allocate the buffer for this argument");
            assertThatThrownBy(() -> run.set(1, buffer(dotprod(other, 1))))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunSetArg: the buffer for argument 1 (vector) belongs to another card;"
                            + " allocate the buffer on the card of the run");
        }
    }

    @Test
    @ChildJvm.Wants(runMillis = 200)
    void runsFollowTheirStates() throws IOException {
        try (XrtDevice card = loadedCard();
                XrtKernel kernel = dotprod(card, 1);
                XrtRun run = kernel.openRun()) {
            XrtBuffer buffer = buffer(kernel);
            for (int argument : new int[] {-1, 3}) {
                assertThatThrownBy(() -> run.set(argument, buffer))
                        .hasMessageContaining("no such argument of the kernel: " + argument);
            }
            run.set(0, buffer);
            run.set(2, buffer);
            assertThatThrownBy(run::start)
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunStart: argument 1 (vector) is not set; set all before the start");
            run.set(1, buffer);
            assertThatThrownBy(() -> run.waitFor(LIMIT))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunWaitFor: state of the run: NEW, allowed: RUNNING; start it first");
            run.start();
            assertThatThrownBy(run::start)
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunStart: state of the run: RUNNING, allowed: NEW or COMPLETED; wait for it"
                            + " first");
            assertThatThrownBy(() -> run.set(0, buffer))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunSetArg: state of the run: RUNNING, allowed: NEW or COMPLETED; wait for"
                            + " it first");
            assertThatThrownBy(() -> run.waitFor(Duration.ZERO))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunWaitFor: time limit in ms: 0, allowed: 1 to 2147483647; give another"
                            + " limit");
            run.waitFor(LIMIT);
            assertThatThrownBy(() -> run.waitFor(LIMIT)).hasMessageContaining("state of the run: COMPLETED");
        }
    }

    @Test
    void unitsWorkAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (XrtDevice card = loadedCard()) {
            List<Future<Void>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int unit = thread % 2 + 1;
                Callable<Void> work = () -> {
                    for (int repeat = 0; repeat < 5; repeat++) {
                        try (XrtKernel kernel = dotprod(card, unit);
                                XrtRun run = run(kernel)) {
                            for (int i = 0; i < 10; i++) {
                                run.start();
                                run.waitFor(LIMIT);
                            }
                        }
                    }
                    return null;
                };
                results.add(threads.submit(work));
            }
            for (Future<Void> result : results) {
                result.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    @ChildJvm.Wants(processes = 3)
    void processesShareACard() throws IOException {
        Path folder = Path.of("").toAbsolutePath().getParent();
        try (XrtDevice card = xrt().open(0)) {
            XrtKernel kernel;
            try (CardLock lock = CardLock.acquire(folder, card.card(), LIMIT)) {
                assertThat(lock).isNotNull();
                card.load(xclbin());
                kernel = dotprod(card, 1);
            }
            try (XrtRun run = run(kernel)) {
                run.start();
                run.waitFor(LIMIT);
            }
        }
    }

    // The end

    @Test
    void closingTwiceOrInAnyOrderDoesNoHarm() throws IOException {
        XrtDevice card = loadedCard();
        XrtKernel kernel = dotprod(card, 1);
        XrtRun run = run(kernel);
        XrtBuffer buffer = buffer(kernel);
        run.set(1, buffer);
        run.start();
        run.waitFor(LIMIT);

        card.close();
        kernel.close();
        buffer.close();
        run.close();
        card.close();
    }

    @Test
    void nothingWorksOnceClosed() throws IOException {
        XrtDevice card = loadedCard();
        XrtKernel kernel = dotprod(card, 1);
        XrtRun run = run(kernel);
        XrtBuffer buffer = buffer(kernel);
        run.set(1, buffer);
        // The run needs the buffer and goes with it.
        buffer.close();
        assertClosed("xrtBOSync", "a buffer of 4096 bytes", buffer::syncToDevice);
        assertClosed("xrtBOMap", "a buffer of 4096 bytes", () -> buffer.access(bytes -> {}));
        assertClosed("xrtRunStart", "a run", run::start);
        XrtRun other = kernel.openRun();
        assertClosed("xrtRunSetArg", "a buffer of 4096 bytes", () -> other.set(1, buffer));
        kernel.close();
        assertClosed("xrtRunSetArg", "a run", () -> other.set(1, buffer(dotprod(card, 1))));
        assertClosed("xrtRunOpen", "the kernel", kernel::openRun);
        assertClosed("xrtBOAlloc", "the kernel", () -> buffer(kernel));
        card.close();
        assertThatThrownBy(() -> card.load(xclbin()))
                .isInstanceOf(XrtException.class)
                .hasMessage("card 0: xrtDeviceLoadXclbinFile: closed already: the card; use it before it, or what"
                        + " it needs, is closed");
    }

    private static void assertClosed(String call, String what, ThrowingCallable use) {
        assertThatThrownBy(use)
                .isInstanceOf(XrtException.class)
                .hasMessage(
                        PLACE + call + ": closed already: " + what + "; use it before it, or what it needs, is closed");
    }

    @Test
    @ChildJvm.Wants(runMillis = 200)
    void closingWhileRunningWaits() throws IOException {
        XrtDevice card = loadedCard();
        XrtRun run = run(dotprod(card, 1));
        run.start();

        card.close();

        assertThat(run.state()).isEqualTo(XrtRun.State.COMPLETED);
    }

    @Test
    @ChildJvm.Wants(runMillis = 200)
    void closingWhileAnotherThreadWaitsForARun() throws Exception {
        XrtDevice card = loadedCard();
        XrtRun run = run(dotprod(card, 1));
        CountDownLatch started = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> waiting = thread.submit(() -> {
            run.start();
            started.countDown();
            run.waitFor(LIMIT);
        });
        started.await();

        card.close();

        try {
            waiting.get();
        } catch (ExecutionException e) {
            // The card was closed before the wait began.
            assertThat(e).cause().hasMessageContaining("xrtRunWaitFor: closed already: a run");
        } finally {
            thread.shutdown();
        }
    }

    @Test
    @ChildJvm.Wants(logs = {"card 0, unit dotprod:\\{dotprod_1}, xclbin .*: never closed: a run; close it, .*"})
    void aForgottenRunIsReported() throws IOException {
        try (XrtDevice card = loadedCard();
                XrtKernel kernel = dotprod(card, 1)) {
            kernel.openRun();
            awaitReport();
        }
    }

    @Test
    @ChildJvm.Wants(logs = "card 0: never closed: the card; close it, best by try-with-resources")
    void aForgottenCardIsReported() throws IOException {
        loadedCard();
        awaitReport();
    }

    private static void awaitReport() throws IOException {
        while (!Files.readString(Path.of(ChildJvm.OUTPUT)).contains("never closed")) {
            System.gc();
        }
    }

    @Test
    void theJvmEndsWellWithEverythingOpen() throws IOException {
        XrtRun run = run(dotprod(loadedCard(), 1));
        run.start();
        run.waitFor(LIMIT);
        run(dotprod(loadedCard(), 2)).start();

        System.exit(0);
    }
}
