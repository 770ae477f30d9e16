package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the functions of {@link XrtLibrary} answer, by whichever library, and how libraries differ; docs/xrt-conformance.md
 * is the list of it. Every test runs in a JVM of its own, in a new folder.
 */
@ExtendWith(ChildJvm.class)
abstract class LibraryTests {
    private static final int ENOENT = 2;
    private static final int EINVAL = 22;
    /** Functions that fail without setting errno leave the one before. */
    private static final int KEPT = 77;

    /** Long after a limit of 1 ms. */
    private static final int NOT_YET_MILLIS = 300;

    /** Longer than any execution here takes. */
    private static final int LONG_MILLIS = 20_000;

    private static final int STATE_ABORT = 6;
    private static final int STATE_TIMEOUT = 8;

    /** The library under test, inside the JVM of a test. */
    abstract Xrt xrt();

    /**
     * The environment for the JVM of a test.
     *
     * @param folder where it runs, for files that the library reads
     * @param runMillis how long an execution takes, 0 for a short time
     */
    abstract Map<String, String> environment(Path folder, int runMillis) throws IOException;

    // Where libraries differ

    /** Whether only cards that are there can be opened, by number and by place. */
    abstract boolean knowsItsCards();

    /** Whether an xclbin belongs to the card, for all who open it, and stays while it is used. */
    abstract boolean keepsXclbins();

    /** Whether buffers are in the banks of the loaded xclbin, and syncs move something. */
    abstract boolean hasMemory();

    /** Whether the arguments of a run are looked at when it starts. */
    abstract boolean checksStarts();

    /** Whether a wait ends at its limit, and at once where nothing was started. */
    abstract boolean limitsWaits();

    /** Whether a bitstream that can't be used is refused. */
    abstract boolean checksBitstreams();

    /** Whether a run that is under way, and its buffers, can't be taken away. */
    abstract boolean guardsWhatRuns();

    static Path xclbin() throws IOException {
        return file("design.xclbin", TestXclbin.bytes(TestXclbin.UUID_1));
    }

    static Path otherXclbin() throws IOException {
        return file("second.xclbin", TestXclbin.bytes(TestXclbin.UUID_2));
    }

    static Path file(String name, byte[] bytes) throws IOException {
        return Files.write(Path.of(name).toAbsolutePath(), bytes);
    }

    /** A card with an xclbin, as the library alone gives it. */
    private final class Loaded {
        final XrtLibrary library = xrt().library();
        final long card = library.xrtDeviceOpen(0);
        final byte[] uuid = new byte[XrtLibrary.UUID_BYTES];

        Loaded() throws IOException {
            assertThat(library.xrtDeviceLoadXclbinFile(card, xclbin().toString()))
                    .isZero();
            assertThat(library.xrtDeviceGetXclbinUUID(card, uuid)).isZero();
        }

        long kernel() {
            long kernel = library.xrtPLKernelOpenExclusive(card, uuid, "dotprod:{dotprod_1}");
            assertThat(kernel).isNotZero();
            return kernel;
        }

        long buffer(int group) {
            long buffer = library.xrtBOAlloc(card, 64, 0, group);
            assertThat(buffer).isNotZero();
            return buffer;
        }

        /** A run with all its arguments. */
        long run(long kernel, long buffer) {
            long run = library.xrtRunOpen(kernel);
            for (int i = 0; i < TestXclbin.DOTPROD.size(); i++) {
                assertThat(library.xrtRunSetArg(run, i, buffer)).isZero();
            }
            return run;
        }

        /** A runtime that ends with open handles may crash. */
        void close(long run, long buffer, long kernel) {
            assertThat(library.xrtRunClose(run)).isZero();
            assertThat(library.xrtBOFree(buffer)).isZero();
            assertThat(library.xrtKernelClose(kernel)).isZero();
            assertThat(library.xrtDeviceClose(card)).isZero();
        }
    }

    /** A failing call gives this answer and this errno, or leaves errno alone. */
    private static void assertAnswer(long answer, int errno, LongSupplier call) {
        // The first call may load classes, which changes errno.
        assertThat(call.getAsLong()).isEqualTo(answer);
        Native.setLastError(KEPT);
        long actual = call.getAsLong();
        int actualErrno = Native.getLastError();
        assertThat(actual).isEqualTo(answer);
        assertThat(actualErrno).isEqualTo(errno);
    }

    // The same on both

    @Test
    void theLibraryAnswersAsItShould() throws IOException {
        Loaded loaded = new Loaded();
        XrtLibrary library = loaded.library;
        assertThat(loaded.uuid).startsWith(0x11, 0x11, 0x11, 0x11, 0x22, 0x22).endsWith(0x55, 0x01);

        long kernel = library.xrtPLKernelOpenExclusive(loaded.card, loaded.uuid, "dotprod:{dotprod_2}");
        assertThat(library.xrtKernelArgGroupId(kernel, 0)).isEqualTo(1);
        long exclusive = library.xrtPLKernelOpenExclusive(loaded.card, loaded.uuid, "update:{update_1}");
        long again = library.xrtPLKernelOpenExclusive(loaded.card, loaded.uuid, "update:{update_1}");
        assertThat(library.xrtKernelClose(exclusive)).isZero();
        assertThat(library.xrtKernelClose(again)).isZero();

        long buffer = library.xrtBOAlloc(loaded.card, 16, 0, 1);
        byte[] bytes = {1, 2, 3, 4};
        library.xrtBOMap(buffer).write(12, bytes, 0, 4);
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_TO_DEVICE, 16, 0)).isZero();
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_FROM_DEVICE, 4, 12))
                .isZero();
        assertThat(library.xrtBOMap(buffer).getByteArray(12, 4)).isEqualTo(bytes);

        long run = loaded.run(kernel, buffer);
        assertThat(library.xrtRunStart(run)).isZero();
        assertThat(library.xrtRunWaitFor(run, LONG_MILLIS)).isEqualTo(XrtLibrary.STATE_COMPLETED);
        assertThat(library.xrtRunStart(run)).isZero();
        assertThat(library.xrtRunWaitFor(run, LONG_MILLIS)).isEqualTo(XrtLibrary.STATE_COMPLETED);
        // It is over, and stays so.
        assertThat(library.xrtRunWaitFor(run, 1)).isEqualTo(XrtLibrary.STATE_COMPLETED);

        loaded.close(run, buffer, kernel);
    }

    @Test
    void theLibraryRefusesWhatIsNotThere() throws IOException {
        XrtLibrary library = xrt().library();
        assertAnswer(0, KEPT, () -> library.xrtDeviceOpenByBDF("nowhere"));
        long card = library.xrtDeviceOpen(0);
        byte[] uuid = new byte[XrtLibrary.UUID_BYTES];
        assertAnswer(0, EINVAL, () -> library.xrtPLKernelOpenExclusive(card, uuid, "dotprod:{dotprod_1}"));
        assertThat(library.xrtDeviceGetXclbinUUID(card, uuid)).isZero();
        assertThat(uuid).containsOnly(0);
        assertAnswer(-1, ENOENT, () -> library.xrtDeviceLoadXclbinFile(card, "missing.xclbin"));
        assertAnswer(-1, KEPT, () -> library.xrtDeviceLoadXclbinFile(card, ""));
        String text = file("text", "This is not an xclbin.".repeat(50).getBytes(StandardCharsets.US_ASCII))
                .toString();
        assertAnswer(-1, KEPT, () -> library.xrtDeviceLoadXclbinFile(card, text));
        assertThat(library.xrtDeviceLoadXclbinFile(card, xclbin().toString())).isZero();
        assertThat(library.xrtDeviceGetXclbinUUID(card, uuid)).isZero();

        byte[] wrong = Arrays.copyOf(uuid, uuid.length);
        wrong[15] = 9;
        assertAnswer(0, EINVAL, () -> library.xrtPLKernelOpenExclusive(card, wrong, "dotprod:{dotprod_1}"));
        assertAnswer(0, EINVAL, () -> library.xrtPLKernelOpenExclusive(card, uuid, "nothing"));
        assertAnswer(0, KEPT, () -> library.xrtPLKernelOpenExclusive(card, uuid, "dotprod:{dotprod_9}"));
        long kernel = library.xrtPLKernelOpenExclusive(card, uuid, "dotprod:{dotprod_1}");
        for (int argument : new int[] {-1, 3}) {
            assertAnswer(-1, KEPT, () -> library.xrtKernelArgGroupId(kernel, argument));
        }

        long buffer = library.xrtBOAlloc(card, 16, 0, 0);
        long run = library.xrtRunOpen(kernel);
        for (int argument : new int[] {-1, 3}) {
            assertAnswer(-1, KEPT, () -> library.xrtRunSetArg(run, argument, buffer));
        }
        assertAnswer(-1, EINVAL, () -> library.xrtRunSetArg(run, 0, 12345L));

        assertThat(library.xrtRunClose(run)).isZero();
        assertThat(library.xrtBOFree(buffer)).isZero();
        assertThat(library.xrtKernelClose(kernel)).isZero();
        assertThat(library.xrtDeviceClose(card)).isZero();
    }

    @Test
    void theLibraryRefusesHandlesThatAreClosed() throws IOException {
        Loaded loaded = new Loaded();
        XrtLibrary library = loaded.library;
        long open = loaded.kernel();
        long openBuffer = loaded.buffer(0);
        long openRun = loaded.run(open, openBuffer);
        loaded.close(openRun, openBuffer, open);

        byte[] bytes = new byte[XrtLibrary.UUID_BYTES];
        String file = xclbin().toString();
        // Closed ones, and none at all.
        for (long[] handles : new long[][] {{openRun, openBuffer, open, loaded.card}, {0, 0, 0, 0}}) {
            long run = handles[0];
            assertAnswer(-1, EINVAL, () -> library.xrtRunClose(run));
            assertAnswer(-1, EINVAL, () -> library.xrtRunStart(run));
            assertAnswer(-1, EINVAL, () -> library.xrtRunSetArg(run, 0, openBuffer));
            assertAnswer(STATE_ABORT, EINVAL, () -> library.xrtRunWaitFor(run, 1));
            long buffer = handles[1];
            assertAnswer(-1, EINVAL, () -> library.xrtBOFree(buffer));
            assertAnswer(0, EINVAL, () -> Pointer.nativeValue(library.xrtBOMap(buffer)));
            assertAnswer(-1, EINVAL, () -> library.xrtBOSync(buffer, XrtLibrary.SYNC_TO_DEVICE, 4, 0));
            long kernel = handles[2];
            assertAnswer(-1, EINVAL, () -> library.xrtKernelClose(kernel));
            assertAnswer(-1, EINVAL, () -> library.xrtKernelArgGroupId(kernel, 0));
            assertAnswer(0, EINVAL, () -> library.xrtRunOpen(kernel));
            long card = handles[3];
            assertAnswer(-1, EINVAL, () -> library.xrtDeviceClose(card));
            assertAnswer(-1, EINVAL, () -> library.xrtDeviceLoadXclbinFile(card, file));
            assertAnswer(-1, EINVAL, () -> library.xrtDeviceGetXclbinUUID(card, bytes));
            assertAnswer(0, EINVAL, () -> library.xrtPLKernelOpenExclusive(card, loaded.uuid, "dotprod"));
            assertAnswer(0, EINVAL, () -> library.xrtBOAlloc(card, 16, 0, 0));
        }
    }

    // Different

    @Test
    void cardsAreThoseThatAreThere() {
        XrtLibrary library = xrt().library();
        long second = library.xrtDeviceOpen(1);
        assertThat(second == XrtLibrary.NULL).isEqualTo(knowsItsCards());
        long placed = library.xrtDeviceOpenByBDF("0000:3b:00.1");
        assertThat(placed != XrtLibrary.NULL).isEqualTo(knowsItsCards());
        assertThat(library.xrtDeviceClose(knowsItsCards() ? placed : second)).isZero();
    }

    @Test
    void anXclbinStaysOnItsCard() throws IOException {
        Loaded loaded = new Loaded();
        XrtLibrary library = loaded.library;
        long second = library.xrtDeviceOpen(0);
        byte[] uuid = new byte[XrtLibrary.UUID_BYTES];
        byte[] kept = keepsXclbins() ? loaded.uuid : new byte[XrtLibrary.UUID_BYTES];
        assertThat(library.xrtDeviceGetXclbinUUID(second, uuid)).isZero();
        assertThat(uuid).isEqualTo(kept);
        assertThat(library.xrtDeviceClose(second)).isZero();

        String other = otherXclbin().toString();
        int refused = keepsXclbins() ? -1 : 0;
        long kernel = loaded.kernel();
        assertThat(library.xrtDeviceLoadXclbinFile(loaded.card, other)).isEqualTo(refused);
        assertThat(library.xrtKernelClose(kernel)).isZero();
        assertThat(library.xrtDeviceLoadXclbinFile(loaded.card, xclbin().toString()))
                .isZero();
        long buffer = loaded.buffer(0);
        assertThat(library.xrtDeviceLoadXclbinFile(loaded.card, other)).isEqualTo(refused);
        assertThat(library.xrtBOFree(buffer)).isZero();

        assertThat(library.xrtDeviceClose(loaded.card)).isZero();
        long later = library.xrtDeviceOpen(0);
        assertThat(library.xrtDeviceGetXclbinUUID(later, uuid)).isZero();
        assertThat(uuid).isEqualTo(kept);
        assertThat(library.xrtDeviceClose(later)).isZero();
    }

    @Test
    void buffersAreMemoryOfABank() throws IOException {
        XrtLibrary library = xrt().library();
        long card = library.xrtDeviceOpen(0);
        assertAllocated(!hasMemory(), library, card, 64, 0);
        assertThat(library.xrtDeviceLoadXclbinFile(card, xclbin().toString())).isZero();
        assertAllocated(!hasMemory(), library, card, 64, 9);
        assertAllocated(!hasMemory(), library, card, 0, 0);
        assertAllocated(true, library, card, 64, 1);

        int refused = hasMemory() ? -1 : 0;
        long buffer = library.xrtBOAlloc(card, 64, 0, 0);
        // A real card may stop when memory is read that was never written.
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_FROM_DEVICE, 64, 0))
                .isEqualTo(refused);
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_TO_DEVICE, 65, 0)).isEqualTo(refused);
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_TO_DEVICE, 64, 1)).isEqualTo(refused);
        assertThat(library.xrtBOSync(buffer, 7, 64, 0)).isEqualTo(refused);
        // The host's image is one thing, the card's memory another.
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_TO_DEVICE, 64, 0)).isZero();
        library.xrtBOMap(buffer).setByte(0, (byte) 5);
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_TO_DEVICE, 64, 0)).isZero();
        library.xrtBOMap(buffer).setByte(0, (byte) 6);
        assertThat(library.xrtBOSync(buffer, XrtLibrary.SYNC_FROM_DEVICE, 64, 0))
                .isZero();
        assertThat(library.xrtBOMap(buffer).getByte(0)).isEqualTo((byte) (hasMemory() ? 5 : 6));
        assertThat(library.xrtBOFree(buffer)).isZero();
        assertThat(library.xrtDeviceClose(card)).isZero();
    }

    private static void assertAllocated(boolean expected, XrtLibrary library, long card, long bytes, int group) {
        long buffer = library.xrtBOAlloc(card, bytes, 0, group);
        assertThat(buffer != XrtLibrary.NULL).isEqualTo(expected);
        if (expected) {
            assertThat(library.xrtBOFree(buffer)).isZero();
        }
    }

    @Test
    void argumentsAreLookedAtWhenARunStarts() throws IOException {
        Loaded loaded = new Loaded();
        XrtLibrary library = loaded.library;
        long kernel = loaded.kernel();
        long buffer = loaded.buffer(0);
        long elsewhere = loaded.buffer(1);
        long unset = library.xrtRunOpen(kernel);
        long wrongBank = loaded.run(kernel, buffer);
        assertThat(library.xrtRunSetArg(wrongBank, 0, elsewhere)).isZero();
        for (long run : new long[] {unset, wrongBank}) {
            assertThat(library.xrtRunStart(run)).isEqualTo(checksStarts() ? -1 : 0);
            if (!checksStarts()) {
                assertThat(library.xrtRunWaitFor(run, LONG_MILLIS)).isEqualTo(XrtLibrary.STATE_COMPLETED);
            }
        }
        assertThat(library.xrtRunClose(unset)).isZero();
        assertThat(library.xrtBOFree(elsewhere)).isZero();
        loaded.close(wrongBank, buffer, kernel);
    }

    @Test
    @ChildJvm.Wants(runMillis = 500)
    void waitsEndAtTheirLimit() throws Exception {
        Loaded loaded = new Loaded();
        XrtLibrary library = loaded.library;
        long kernel = loaded.kernel();
        long buffer = loaded.buffer(0);
        long run = loaded.run(kernel, buffer);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            // Never started.
            Future<Integer> waiting = thread.submit(() -> library.xrtRunWaitFor(run, 1));
            if (!limitsWaits()) {
                assertThatThrownBy(() -> waiting.get(NOT_YET_MILLIS, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                assertThat(library.xrtRunStart(run)).isZero();
            }
            assertThat(waiting.get()).isEqualTo(limitsWaits() ? STATE_ABORT : XrtLibrary.STATE_COMPLETED);
        } finally {
            thread.shutdown();
        }

        assertThat(library.xrtRunStart(run)).isZero();
        assertThat(library.xrtRunWaitFor(run, 1)).isEqualTo(limitsWaits() ? STATE_TIMEOUT : XrtLibrary.STATE_COMPLETED);
        assertThat(library.xrtRunWaitFor(run, LONG_MILLIS)).isEqualTo(XrtLibrary.STATE_COMPLETED);
        loaded.close(run, buffer, kernel);
    }

    @Test
    @ChildJvm.Wants(runMillis = 500)
    void whatRunsIsNotTakenAway() throws IOException {
        Loaded loaded = new Loaded();
        XrtLibrary library = loaded.library;
        long kernel = loaded.kernel();
        long buffer = loaded.buffer(0);
        long run = loaded.run(kernel, buffer);
        assertThat(library.xrtRunStart(run)).isZero();
        assertThat(library.xrtRunStart(run)).isEqualTo(-1);
        int taken = guardsWhatRuns() ? -1 : 0;
        assertThat(library.xrtBOFree(buffer)).isEqualTo(taken);
        assertThat(library.xrtRunClose(run)).isEqualTo(taken);
        if (guardsWhatRuns()) {
            assertThat(library.xrtRunWaitFor(run, LONG_MILLIS)).isEqualTo(XrtLibrary.STATE_COMPLETED);
            loaded.close(run, buffer, kernel);
        } else {
            // XRT may lose the end of a run that was started twice, so another one is waited for.
            long otherBuffer = loaded.buffer(0);
            long other = loaded.run(kernel, otherBuffer);
            assertThat(library.xrtRunStart(other)).isZero();
            assertThat(library.xrtRunWaitFor(other, LONG_MILLIS)).isEqualTo(XrtLibrary.STATE_COMPLETED);
            loaded.close(other, otherBuffer, kernel);
        }
    }
}
