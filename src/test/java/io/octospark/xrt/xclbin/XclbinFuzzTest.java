package io.octospark.xrt.xclbin;

import static io.octospark.xrt.xclbin.RawXclbin.buffer;
import static io.octospark.xrt.xclbin.RawXclbin.memory;
import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes give an {@link Xclbin} or an {@link InvalidInputException}, whose message names the file in one line. */
class XclbinFuzzTest {
    private static final long SEED = 20250601;
    private static final int FILES = 30_000;
    private static final long[] AWKWARD = {
        0,
        1,
        2,
        7,
        8,
        39,
        40,
        41,
        127,
        128,
        255,
        256,
        456,
        496,
        0x7fff,
        0x8000,
        0xffff,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1,
        -2,
        -8,
        -40,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE - 40,
        0x100000000L
    };

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final List<byte[]> seeds = List.of(
            RawXclbin.small().build(),
            RawXclbin.small()
                    .with(0, new byte[50])
                    .with(15, RawXclbin.keyValues("octospark_rows", "8000", "octospark_cols", "100"))
                    .with(26, RawXclbin.memories(memory(6, 1, 1024, 0, "HBM[0]"), memory(9, 1, 0, 0, "stream")))
                    .with(27, RawXclbin.connections(new int[] {0, 0, 0}, new int[] {1, 0, 1}))
                    .build());

    @Test
    void anyBytesAreReadOrRefused() throws Exception {
        int read = 0;
        for (int i = 0; i < FILES; i++) {
            byte[] file = mutated();
            boolean good;
            if (i % 50 == 0) {
                Path path = folder.resolve("fuzzed.xclbin");
                Files.write(path, file);
                good = isRead(() -> XclbinReader.read(path), path.toString(), i);
            } else {
                good = isRead(() -> XclbinReader.read(file, "x"), "x", i);
            }
            read += good ? 1 : 0;
        }
        // Neither outcome is rare: the mutations get past the header, and most are noticed.
        assertThat(read).isBetween(FILES / 20, FILES * 9 / 10);
    }

    @FunctionalInterface
    private interface Read {
        Xclbin read() throws Exception;
    }

    private static boolean isRead(Read reading, String name, int file) {
        try {
            Xclbin xclbin = reading.read();
            xclbin.design().units().forEach(unit -> unit.arguments().forEach(KernelArgument::group));
            return true;
        } catch (InvalidInputException e) {
            boolean oneLine = e.getMessage().chars().allMatch(c -> c >= ' ' && c <= '~');
            if (!oneLine || !e.getMessage().startsWith(name + ": ")) {
                throw new AssertionError("file " + file + " of seed " + SEED, e);
            }
            return false;
        } catch (Exception | OutOfMemoryError | StackOverflowError e) {
            throw new AssertionError("file " + file + " of seed " + SEED, e);
        }
    }

    private byte[] mutated() {
        byte[] file = seeds.get(random.nextInt(seeds.size())).clone();
        switch (random.nextInt(8)) {
            case 0 -> file = Arrays.copyOf(file, random.nextInt(2 * file.length));
            case 1 -> {
                file = new byte[random.nextInt(2000)];
                random.nextBytes(file);
                byte[] magic = RawXclbin.ascii("xclbin2\0");
                System.arraycopy(magic, 0, file, 0, Math.min(magic.length, file.length));
            }
            case 2 -> {
                // A block of the file copied over another one.
                int length = 1 + random.nextInt(200);
                int from = random.nextInt(file.length - length);
                System.arraycopy(file, from, file, 456 + random.nextInt(file.length - length - 456), length);
            }
            default -> {
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    edit(file);
                }
            }
        }
        if (file.length >= 456 && random.nextInt(4) != 0) {
            buffer(file).putLong(304, file.length); // so that the rest is looked at
        }
        return file;
    }

    private void edit(byte[] file) {
        // Headers, the XML, the tables behind it: each as often as the others.
        int start = 656 + RawXclbin.XML.length();
        int at =
                switch (random.nextInt(3)) {
                    case 0 -> random.nextInt(656);
                    case 1 -> 656 + random.nextInt(start - 656);
                    default -> start + random.nextInt(file.length - start);
                };
        ByteBuffer bytes = buffer(file);
        long value = AWKWARD[random.nextInt(AWKWARD.length)];
        switch (random.nextInt(5)) {
            case 0 -> file[at] = (byte) random.nextInt();
            case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes.putShort(Math.min(at & -2, file.length - 2), (short) value);
            case 3 -> bytes.putInt(Math.min(at & -4, file.length - 4), (int) value);
            default -> bytes.putLong(Math.min(at & -8, file.length - 8), value);
        }
    }
}
