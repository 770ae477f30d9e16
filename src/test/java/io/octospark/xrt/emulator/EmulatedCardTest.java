package io.octospark.xrt.emulator;

import static io.octospark.xrt.emulator.EmulatedXrt.ABORT;
import static io.octospark.xrt.emulator.EmulatedXrt.COMPLETED;
import static io.octospark.xrt.emulator.EmulatedXrt.EBUSY;
import static io.octospark.xrt.emulator.EmulatedXrt.EINVAL;
import static io.octospark.xrt.emulator.EmulatedXrt.EIO;
import static io.octospark.xrt.emulator.EmulatedXrt.ENODEV;
import static io.octospark.xrt.emulator.EmulatedXrt.ENOENT;
import static io.octospark.xrt.emulator.EmulatedXrt.ENOMEM;
import static io.octospark.xrt.emulator.EmulatedXrt.EPERM;
import static io.octospark.xrt.emulator.EmulatedXrt.ERROR;
import static io.octospark.xrt.emulator.EmulatedXrt.FROM_CARD;
import static io.octospark.xrt.emulator.EmulatedXrt.QUEUED;
import static io.octospark.xrt.emulator.EmulatedXrt.RUNNING;
import static io.octospark.xrt.emulator.EmulatedXrt.TIMEOUT;
import static io.octospark.xrt.emulator.EmulatedXrt.TO_CARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmulatedCardTest {
    /** So that a test that fails to end ends. */
    private static final int LIMIT_MS = 20_000;

    private static final int ROWS = 7;
    private static final int COLS = 5;
    private static final byte[] ANY_UUID = new byte[16];

    private static final String PREFIX = "OCTOSPARK_EMU_";
    private static final List<String> OPTIONS = List.of(
            "CARDS",
            "BDFS",
            "PLATFORM",
            "DOTPROD_MS",
            "UPDATE_MS",
            "TRANSFER_MBPS",
            "TRANSFER_LATENCY_US",
            "FAULT",
            "CALL_LOG",
            "SYSFS",
            "TRACE",
            "NOOP");

    @TempDir
    static Path designs;

    private static EmulatedXrt xrt;
    private static Path design;

    @TempDir
    Path folder;

    private final Set<String> variables = new HashSet<>();
    /** What to close at the end, the last first. */
    private final List<Runnable> opened = new ArrayList<>();

    @BeforeAll
    static void load() throws IOException, InterruptedException {
        xrt = EmulatedXrt.load();
        design = EmulatedDesign.create(designs, ROWS, COLS);
    }

    /** Backends set the options that they are given for the whole process, and other tests have used some. */
    @BeforeEach
    void forgetOptions() {
        EmulatorOptions.forget(OPTIONS.stream().map(PREFIX::concat).toList());
    }

    @AfterEach
    void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).run();
        }
        EmulatorOptions.forget(variables);
    }

    /** An option of the emulator; cards opened from now on are new ones. */
    private void option(String name, Object value) {
        String variable = PREFIX + name;
        variables.add(variable);
        EmulatorOptions.set(variable, value.toString());
    }

    private Pointer loadedCard() {
        return loadedCard(0, design);
    }

    private Pointer loadedCard(int index, Path xclbin) {
        Pointer card = xrt.xrtDeviceOpen(index);
        assertThat(card).isNotNull();
        opened.add(() -> xrt.xrtDeviceClose(card));
        assertThat(xrt.xrtDeviceLoadXclbinFile(card, xclbin.toString())).isZero();
        return card;
    }

    private Pointer kernel(Pointer card, String name) {
        Pointer kernel = xrt.xrtPLKernelOpen(card, ANY_UUID, name);
        assertThat(kernel).isNotNull();
        opened.add(() -> xrt.xrtKernelClose(kernel));
        return kernel;
    }

    private Pointer buffer(Pointer card, long bytes, int group) {
        Pointer buffer = xrt.xrtBOAlloc(card, bytes, 0, group);
        assertThat(buffer).isNotNull();
        opened.add(() -> xrt.xrtBOFree(buffer));
        return buffer;
    }

    private Pointer sent(Pointer card, float[] values, int group) {
        long bytes = 4L * values.length;
        Pointer buffer = buffer(card, bytes, group);
        assertThat(xrt.xrtBOWrite(buffer, values, bytes, 0)).isZero();
        assertThat(xrt.xrtBOSync(buffer, TO_CARD, bytes, 0)).isZero();
        return buffer;
    }

    private static float[] fetched(Pointer buffer, int floats) {
        float[] values = new float[floats];
        assertThat(xrt.xrtBOSync(buffer, FROM_CARD, 4L * floats, 0)).isZero();
        assertThat(xrt.xrtBORead(buffer, values, 4L * floats, 0)).isZero();
        return values;
    }

    private Pointer run(Pointer kernel, Pointer... buffers) {
        Pointer run = xrt.xrtRunOpen(kernel);
        opened.add(() -> xrt.xrtRunClose(run));
        for (int i = 0; i < buffers.length; i++) {
            assertThat(xrt.xrtRunSetArg(run, i, buffers[i])).isZero();
        }
        return run;
    }

    /** Everything that a product on one unit needs. */
    private final class Dotprod {
        final Pointer card;
        final Pointer out;
        final Pointer run;
        final double[] expected;

        Dotprod(Pointer card, int unit) {
            this(card, unit, ROWS, COLS);
        }

        Dotprod(Pointer card, int unit, int rows, int cols) {
            this.card = card;
            float[] matrix = random(2 * rows * cols);
            float[] vector = random(cols);
            expected = new double[2 * rows];
            for (int row = 0; row < rows; row++) {
                for (int col = 0; col < cols; col++) {
                    int at = 2 * (row * cols + col);
                    expected[2 * row] += (double) matrix[at] * vector[col];
                    expected[2 * row + 1] += (double) matrix[at + 1] * vector[col];
                }
            }
            Pointer kernel = kernel(card, "dotprod:{dotprod_" + unit + "}");
            out = buffer(card, 8L * rows, group(kernel, 2));
            run = run(kernel, sent(card, matrix, group(kernel, 0)), sent(card, vector, group(kernel, 1)), out);
        }

        int call() {
            assertThat(xrt.xrtRunStart(run)).isZero();
            return xrt.xrtRunWaitFor(run, LIMIT_MS);
        }

        void callsRight() {
            assertThat(call()).isEqualTo(COMPLETED);
            assertClose(fetched(out, expected.length), expected);
        }
    }

    private static int group(Pointer kernel, int argument) {
        int group = xrt.xrtKernelArgGroupId(kernel, argument);
        assertThat(group).isNotNegative();
        return group;
    }

    private static float[] random(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    /** Values are sums of products of numbers up to 1; float32 keeps 24 bits. */
    private static void assertClose(float[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(expected.length * 1e-6 + 1e-6));
        }
    }

    private static void assertFails(int answer, int errno) {
        int error = Native.getLastError();
        assertThat(answer).isEqualTo(-1);
        assertThat(error).isEqualTo(errno);
    }

    private static void assertNone(Pointer answer, int errno) {
        int error = Native.getLastError();
        assertThat(answer).isNull();
        assertThat(error).isEqualTo(errno);
    }

    /** The fields of the log's lines of a kind. */
    private static List<String[]> lines(Path log, String kind) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> line.split(",", -1))
                .filter(fields -> fields[0].equals(kind))
                .toList();
    }

    // Computing

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 5", "61, 37"})
    void computesBothProducts(int rows, int cols) throws IOException, InterruptedException {
        Pointer card = loadedCard(
                0,
                rows == ROWS ? design : EmulatedDesign.create(Files.createDirectory(folder.resolve("d")), rows, cols));
        for (int unit = 1; unit <= 2; unit++) {
            new Dotprod(card, unit, rows, cols).callsRight();

            float[] residual = random(2 * rows);
            float[] matrix = random(2 * rows * cols + 2);
            double[] expected = new double[cols];
            for (int row = 0; row < rows; row++) {
                for (int col = 0; col < cols; col++) {
                    int at = 2 * (row * cols + col);
                    expected[col] +=
                            (double) matrix[at] * residual[2 * row] + (double) matrix[at + 1] * residual[2 * row + 1];
                }
            }
            Pointer update = kernel(card, "update:{update_" + unit + "}");
            Pointer out = buffer(card, 8L * cols, group(update, 2));
            Pointer run = xrt.xrtKernelRun(
                    update, sent(card, residual, group(update, 0)), sent(card, matrix, group(update, 1)), out);
            assertThat(xrt.xrtRunWait(run)).isEqualTo(COMPLETED);
            assertThat(xrt.xrtRunClose(run)).isZero();
            float[] both = fetched(out, 2 * cols);
            float[] real = new float[cols];
            for (int col = 0; col < cols; col++) {
                real[col] = both[2 * col];
            }
            assertClose(real, expected);
        }
    }

    @Test
    void aForgottenSyncShows() {
        Dotprod dotprod = new Dotprod(loadedCard(), 1);
        float[] host = new float[2 * ROWS];
        assertThat(dotprod.call()).isEqualTo(COMPLETED);
        xrt.xrtBORead(dotprod.out, host, 4L * host.length, 0);
        assertThat(host).containsOnly(0f);

        Pointer vector = buffer(dotprod.card, 4 * COLS, 32);
        xrt.xrtBOWrite(vector, new float[COLS], 4 * COLS, 0);
        xrt.xrtRunSetArg(dotprod.run, 1, vector);
        assertThat(dotprod.call()).isEqualTo(COMPLETED);
        assertThat(fetched(dotprod.out, 2 * ROWS)).containsOnly(Float.NaN);
    }

    @Test
    void mappedMemoryAndSubBuffersAreThoseOfTheBuffer() {
        Pointer card = loadedCard();
        Pointer whole = sent(card, new float[64], 32);
        Pointer part = xrt.xrtBOSubAlloc(whole, 128, 128);
        opened.add(() -> xrt.xrtBOFree(part));
        Pointer map = xrt.xrtBOMap(whole);
        assertThat(xrt.xrtBOMap(part)).isEqualTo(map.share(128));
        map.setFloat(128, 3);
        assertThat(xrt.xrtBOSync(part, TO_CARD, 128, 0)).isZero();
        map.setFloat(128, 0);
        assertThat(fetched(whole, 64)[32]).isEqualTo(3);

        Pointer copy = buffer(card, 256, 33);
        assertThat(xrt.xrtBOCopy(copy, whole, 128, 0, 128)).isZero();
        assertThat(fetched(copy, 64)[0]).isEqualTo(3);

        assertThat(xrt.xrtBOFree(whole)).isZero();
        assertThat(xrt.xrtBOSize(part)).isEqualTo(128);
        assertThat(xrt.xrtBOFree(part)).isZero();
    }

    // Errors of the real library

    @Test
    void answersErrorsAsTheRealLibrary() {
        Pointer card = loadedCard();
        // Where the real library leaves errno alone, so does this one.
        int kept = 77;
        assertFails(xrt.xrtDeviceLoadXclbinFile(card, "/missing.xclbin"), ENOENT);
        assertNone(xrt.xrtPLKernelOpen(card, ANY_UUID, "inverse"), EINVAL);
        assertNone(
                xrt.xrtPLKernelOpen(card, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6}, "dotprod"),
                EINVAL);
        Native.setLastError(kept);
        assertNone(xrt.xrtPLKernelOpen(card, ANY_UUID, "dotprod:{dotprod_9}"), kept);
        assertFails(xrt.xrtDeviceLoadXclbinFile(card, ""), kept);

        Pointer dotprod = kernel(card, "dotprod:{dotprod_1,dotprod_9}");
        assertThat(xrt.xrtKernelArgGroupId(dotprod, 0)).isEqualTo(32);
        assertFails(xrt.xrtKernelArgGroupId(dotprod, 3), kept);
        Pointer run = run(dotprod);
        Pointer buffer = buffer(card, 4096, 32);
        assertFails(xrt.xrtRunSetArg(run, 3, buffer), kept);
        assertNone(xrt.xrtPLKernelOpenExclusive(card, ANY_UUID, "dotprod:{dotprod_1}"), kept);
        Pointer exclusive = xrt.xrtPLKernelOpenExclusive(card, ANY_UUID, "dotprod:{dotprod_2}");
        Pointer again = xrt.xrtPLKernelOpenExclusive(card, ANY_UUID, "dotprod:{dotprod_2}");
        assertThat(again).isNotNull();
        assertNone(xrt.xrtPLKernelOpen(card, ANY_UUID, "dotprod:{dotprod_2}"), kept);
        assertThat(xrt.xrtKernelClose(exclusive)).isZero();
        assertThat(xrt.xrtKernelClose(again)).isZero();
        kernel(card, "dotprod");

        assertFails(xrt.xrtBOWrite(buffer, new float[1], 4, 4093), EINVAL);
        assertFails(xrt.xrtBORead(buffer, new float[1], 4, -2), EINVAL);
        assertFails(xrt.xrtBOSync(buffer, TO_CARD, 4097, 0), EINVAL);
        assertNone(xrt.xrtBOSubAlloc(buffer, 4096, 1), EINVAL);
        assertNone(xrt.xrtBOAllocUserPtr(card, new Memory(16).share(1), 8, 0, 32), EINVAL);
        assertNone(xrt.xrtBOAlloc(card, 1L << 40, 0, 32), ENOMEM);
        assertNone(xrt.xrtBOAlloc(card, 4096, 0, 5), EINVAL);

        Pointer closed = xrt.xrtDeviceOpen(0);
        assertThat(xrt.xrtDeviceClose(closed)).isZero();
        assertFails(xrt.xrtDeviceClose(closed), EINVAL);
        assertFails(xrt.xrtRunStart(closed), EINVAL);
        assertThat(xrt.xrtRunWait(closed)).isEqualTo(ABORT);
        assertThat(xrt.xrtRunState(null)).isEqualTo(ABORT);
        assertFails((int) xrt.xrtBOSize(closed), EINVAL);
        assertNone(xrt.xrtDeviceOpen(1), ENOENT);
    }

    @Test
    void anotherXclbinWaitsUntilNobodyUsesTheFirst() throws IOException, InterruptedException {
        Path other = EmulatedDesign.create(folder, 3, 2);
        Pointer card = loadedCard();
        byte[] first = new byte[16];
        assertThat(xrt.xrtDeviceGetXclbinUUID(card, first)).isZero();
        assertThat(xrt.xrtDeviceLoadXclbinFile(card, design.toString())).isZero();
        Pointer kernel = xrt.xrtPLKernelOpen(card, first, "dotprod");
        Pointer buffer = xrt.xrtBOAlloc(card, 64, 0, 32);
        assertFails(xrt.xrtDeviceLoadXclbinFile(card, other.toString()), EBUSY);
        assertThat(xrt.xrtKernelClose(kernel)).isZero();
        assertFails(xrt.xrtDeviceLoadXclbinFile(card, other.toString()), EPERM);
        assertThat(xrt.xrtBOFree(buffer)).isZero();
        assertThat(xrt.xrtDeviceLoadXclbinFile(card, other.toString())).isZero();
        byte[] second = new byte[16];
        assertThat(xrt.xrtDeviceGetXclbinUUID(card, second)).isZero();
        assertThat(second).isNotEqualTo(first);
    }

    // What ends the process, or spoils results, with the real library

    @Test
    void refusesWrongBuffers() {
        Pointer card = loadedCard();
        Pointer kernel = kernel(card, "dotprod:{dotprod_1}");
        Pointer matrix = sent(card, new float[2 * ROWS * COLS], 32);
        Pointer vector = sent(card, new float[COLS], 32);
        Pointer out = buffer(card, 8 * ROWS, 32);
        assertFails(xrt.xrtRunStart(run(kernel, matrix, vector)), EINVAL);
        assertFails(xrt.xrtRunStart(run(kernel, sent(card, new float[2 * ROWS * COLS], 33), vector, out)), EINVAL);
        assertFails(xrt.xrtRunStart(run(kernel, matrix, sent(card, new float[COLS - 1], 32), out)), EINVAL);
        assertFails(xrt.xrtRunStart(run(kernel, matrix, vector, buffer(card, 8 * ROWS - 1, 32))), EINVAL);
        Pointer freed = xrt.xrtBOAlloc(card, 8 * ROWS, 0, 32);
        Pointer late = run(kernel, matrix, vector, freed);
        assertThat(xrt.xrtBOFree(freed)).isZero();
        assertFails(xrt.xrtRunStart(late), EINVAL);
        assertFails(xrt.xrtBOSync(out, FROM_CARD, 8 * ROWS, 0), EIO);

        Pointer good = run(kernel, matrix, vector, out);
        assertThat(xrt.xrtRunWait(good)).isEqualTo(ABORT);
        assertThat(xrt.xrtRunStart(good)).isZero();
        assertThat(xrt.xrtRunWait(good)).isEqualTo(COMPLETED);
    }

    @Test
    void protectsWhatACallUses() {
        option("DOTPROD_MS", 300);
        Dotprod dotprod = new Dotprod(loadedCard(), 1);
        assertThat(xrt.xrtRunStart(dotprod.run)).isZero();
        assertFails(xrt.xrtRunStart(dotprod.run), EBUSY);
        assertFails(xrt.xrtBOFree(dotprod.out), EBUSY);
        assertFails(xrt.xrtRunClose(dotprod.run), EBUSY);
        assertThat(xrt.xrtRunState(dotprod.run)).isIn(QUEUED, RUNNING);
        assertThat(xrt.xrtRunWait(dotprod.run)).isEqualTo(COMPLETED);
        assertClose(fetched(dotprod.out, 2 * ROWS), dotprod.expected);
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        Pointer card = xrt.xrtDeviceOpen(0);
        opened.add(() -> xrt.xrtDeviceClose(card));
        byte[] good = Files.readAllBytes(design);
        Path file = folder.resolve("bad.xclbin");
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            if (i % 3 == 0) {
                bad = Arrays.copyOf(good, random.nextInt(good.length));
            } else {
                // The numbers before the length mean nothing here, and a UUID of another kind is not compared.
                int at = 304 + random.nextInt((i % 3 == 1 ? 1500 : good.length) - 304);
                bad[at >= 416 && at < 432 ? at % 8 : at] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(file, bad);
            assertThat(xrt.xrtDeviceLoadXclbinFile(card, file.toString())).isEqualTo(-1);
        }
        assertThat(xrt.xrtDeviceLoadXclbinFile(card, design.toString())).isZero();
    }

    // Options

    @Test
    void aHungUnitTimesOutAndTheOtherGoesOn() {
        option("FAULT", "hang:0:dotprod_1:2");
        Pointer card = loadedCard();
        Dotprod first = new Dotprod(card, 1);
        first.callsRight();
        first.callsRight();
        assertThat(xrt.xrtRunStart(first.run)).isZero();
        assertThat(xrt.xrtRunWaitFor(first.run, 50)).isEqualTo(TIMEOUT);
        Dotprod behind = new Dotprod(card, 1);
        assertThat(xrt.xrtRunStart(behind.run)).isZero();
        assertThat(xrt.xrtRunWaitFor(behind.run, 50)).isEqualTo(TIMEOUT);
        new Dotprod(card, 2).callsRight();
        // The memory of a hung unit can be freed.
        assertThat(xrt.xrtRunClose(first.run)).isZero();
        assertThat(xrt.xrtBOFree(first.out)).isZero();
    }

    @Test
    void anotherXclbinEndsAHang() throws IOException, InterruptedException {
        option("FAULT", "hang:0:dotprod_1:1");
        Path other = EmulatedDesign.create(folder, 3, 2);
        Pointer card = xrt.xrtDeviceOpen(0);
        Dotprod dotprod = new Dotprod(loadedCard(), 1);
        dotprod.callsRight();
        assertThat(xrt.xrtRunStart(dotprod.run)).isZero();
        assertThat(xrt.xrtRunWaitFor(dotprod.run, 50)).isEqualTo(TIMEOUT);
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).run();
        }
        opened.clear();
        // The card stays open, and with it the thread of the unit.
        opened.add(() -> xrt.xrtDeviceClose(card));
        assertThat(xrt.xrtDeviceLoadXclbinFile(card, other.toString())).isZero();
        new Dotprod(card, 1, 3, 2).callsRight();
    }

    @Test
    void aUnitFallsIntoTheErrorState() {
        option("FAULT", "error:*:dotprod_1:1");
        Pointer card = loadedCard();
        Dotprod dotprod = new Dotprod(card, 1);
        dotprod.callsRight();
        assertThat(dotprod.call()).isEqualTo(ERROR);
        new Dotprod(card, 2).callsRight();
    }

    @Test
    void aUnitComputesWrongNumbers() {
        option("FAULT", "wrong:0:*:1");
        Dotprod dotprod = new Dotprod(loadedCard(), 2);
        dotprod.callsRight();
        assertThat(dotprod.call()).isEqualTo(COMPLETED);
        float[] wrong = fetched(dotprod.out, 2 * ROWS);
        for (int i = 0; i < wrong.length; i++) {
            assertThat((double) wrong[i]).isCloseTo(dotprod.expected[i] * 1.01 + 0.01, within(1e-5));
        }
    }

    @Test
    void aCardIsLost() {
        option("CARDS", 2);
        option("FAULT", "lost:1:dotprod_1:1");
        Pointer card = loadedCard(1, design);
        Dotprod dotprod = new Dotprod(card, 1);
        dotprod.callsRight();
        assertThat(dotprod.call()).isEqualTo(ABORT);
        assertFails(xrt.xrtRunStart(dotprod.run), ENODEV);
        assertFails(xrt.xrtBOSync(dotprod.out, FROM_CARD, 8, 0), ENODEV);
        assertNone(xrt.xrtDeviceOpen(1), ENODEV);
        new Dotprod(loadedCard(0, design), 1).callsRight();
    }

    @Test
    void logsCallsThatTakeTheirTime() throws IOException {
        Path log = folder.resolve("calls");
        option("DOTPROD_MS", 20);
        option("CALL_LOG", log);
        option("TRANSFER_MBPS", 1);
        option("TRANSFER_LATENCY_US", 100);
        Dotprod dotprod = new Dotprod(loadedCard(), 2);
        long before = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            assertThat(dotprod.call()).isEqualTo(COMPLETED);
        }
        long after = System.nanoTime();
        assertThat(fetched(dotprod.out, 2)).hasSize(2);

        List<String[]> calls = lines(log, "call");
        assertThat(calls).hasSize(5);
        long previous = before;
        for (String[] call : calls) {
            assertThat(Arrays.copyOfRange(call, 1, 4)).containsExactly("0", "dotprod_2", "dotprod");
            assertThat(Arrays.copyOfRange(call, 6, 8))
                    .containsExactly(
                            "completed", String.valueOf(ProcessHandle.current().pid()));
            assertThat(Long.parseLong(call[4])).isBetween(previous, after);
            previous = Long.parseLong(call[5]);
            assertThat(previous).isBetween(Long.parseLong(call[4]) + 20_000_000, after);
        }
        List<String[]> transfers = lines(log, "transfer");
        assertThat(transfers.stream().map(fields -> fields[1] + " " + fields[2] + " " + fields[3]))
                .containsExactly("0 to_card " + 8 * ROWS * COLS, "0 to_card " + 4 * COLS, "0 from_card 8");
        for (String[] transfer : transfers) {
            assertThat(Long.parseLong(transfer[5]) - Long.parseLong(transfer[4]))
                    .isGreaterThanOrEqualTo(100_000 + 1000 * Long.parseLong(transfer[3]));
        }
    }

    @Test
    void unitsWorkAtTheSameTime() throws IOException {
        Path log = folder.resolve("calls");
        option("DOTPROD_MS", 500);
        option("CALL_LOG", log);
        Pointer card = loadedCard();
        Dotprod first = new Dotprod(card, 1);
        Dotprod second = new Dotprod(card, 2);
        assertThat(xrt.xrtRunStart(first.run)).isZero();
        assertThat(xrt.xrtRunStart(second.run)).isZero();
        assertThat(xrt.xrtRunWaitFor(first.run, LIMIT_MS)).isEqualTo(COMPLETED);
        assertThat(xrt.xrtRunWaitFor(second.run, LIMIT_MS)).isEqualTo(COMPLETED);
        List<String[]> calls = lines(log, "call");
        assertThat(Long.parseLong(calls.get(0)[4])).isLessThan(Long.parseLong(calls.get(1)[5]));
        assertThat(Long.parseLong(calls.get(1)[4])).isLessThan(Long.parseLong(calls.get(0)[5]));
    }

    @Test
    void severalThreadsShareACard() throws Exception {
        Pointer card = loadedCard();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Dotprod dotprod = new Dotprod(card, 1 + thread % 2);
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        dotprod.callsRight();
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void reopeningLeavesNothingBehind() throws IOException {
        option("SYSFS", folder);
        long threads = 0;
        long files = 0;
        for (int i = 0; i < 100; i++) {
            // The JVM has threads and files of its own that come and go; the emulator's would be hundreds.
            if (i == 5) {
                threads = entries("/proc/self/task");
                files = entries("/proc/self/fd");
            }
            new Dotprod(loadedCard(), 1 + i % 2).callsRight();
            for (int j = opened.size() - 1; j >= 0; j--) {
                opened.get(j).run();
            }
            opened.clear();
        }
        assertThat(entries("/proc/self/task")).isLessThan(threads + 20);
        assertThat(entries("/proc/self/fd")).isLessThan(files + 20);
    }

    private static long entries(String folder) throws IOException {
        try (Stream<Path> list = Files.list(Path.of(folder))) {
            return list.count();
        }
    }

    @Test
    void cardsHavePlacesAndAPlatform() {
        option("BDFS", "0000:65:00.1,0000:b3:00.1");
        option("PLATFORM", "xilinx:u280:xdma:201920.3");
        for (String bdf : List.of("0000:b3:00.1", "b3:00.1")) {
            Pointer card = xrt.xrtDeviceOpenByBDF(bdf);
            assertThat(card).isNotNull();
            assertThat(xrt.xrtDeviceLoadXclbinFile(card, design.toString())).isZero();
            assertThat(xrt.xrtDeviceClose(card)).isZero();
        }
        assertThat(xrt.xrtDeviceOpenByBDF("0000:66:00.1")).isNull();
        assertNone(xrt.xrtDeviceOpen(2), ENOENT);

        option("PLATFORM", "xilinx_u250_gen3x16_xdma_4_1_202210_1");
        Pointer card = xrt.xrtDeviceOpen(1);
        assertFails(xrt.xrtDeviceLoadXclbinFile(card, design.toString()), EINVAL);
        assertThat(xrt.xrtDeviceClose(card)).isZero();
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        for (String[] option : new String[][] {
            {"CARDS", "many"},
            {"BDFS", "0000:65:00.1"},
            {"DOTPROD_MS", "-1"},
            {"FAULT", "burn:0"},
            {"TRANSFER_MBPS", "0"}
        }) {
            if (option[0].equals("BDFS")) {
                option("CARDS", 2);
            }
            option(option[0], option[1]);
            assertNone(xrt.xrtDeviceOpen(0), EINVAL);
            EmulatorOptions.forget(variables);
        }
    }

    @Test
    void sensorsFollowATrace() throws IOException {
        option("SYSFS", folder);
        option(
                "TRACE",
                Files.writeString(folder.resolve("trace"), "# seconds, watts, degrees\n0 21 35\n0.2 81.5 60.25\n"));
        Pointer card = xrt.xrtDeviceOpen(0);
        opened.add(() -> xrt.xrtDeviceClose(card));
        Path sensors = folder.resolve("0000:3b:00.1");
        Path power = sensors.resolve("xmc.u.0/xmc_power");
        assertThat(Files.readString(power).trim()).isIn("21000000", "81500000");
        long deadline = System.nanoTime() + LIMIT_MS * 1_000_000L;
        // The last file that is written at a point of the trace.
        Path last = sensors.resolve("hwmon/hwmon0/temp1_input");
        while (!Files.readString(last).equals("60250\n") && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(Files.readString(last)).isEqualTo("60250\n");
        assertThat(Files.readString(power)).isEqualTo("81500000\n");
        assertThat(Files.readString(sensors.resolve("xmc.u.0/xmc_fpga_temp"))).isEqualTo("60\n");
    }
}
