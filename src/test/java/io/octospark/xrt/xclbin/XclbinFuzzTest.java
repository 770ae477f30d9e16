package io.octospark.xrt.xclbin;

import static io.octospark.xrt.xclbin.RawXclbin.memory;
import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any bytes give an {@link Xclbin} or an {@link InvalidInputException}, whose message names the file and a remedy in one
 * line.
 */
class XclbinFuzzTest {
    private static final long SEED = 20250601;
    private static final int FILES = 30_000;

    @TempDir
    private Path folder;

    private final XclbinMutations mutations = new XclbinMutations(
            SEED,
            List.of(
                    RawXclbin.small().build(),
                    RawXclbin.small()
                            .with(0, new byte[50])
                            .with(15, RawXclbin.keyValues("octospark_rows", "8000", "octospark_cols", "100"))
                            .with(26, RawXclbin.memories(memory(6, 1, 1024, 0, "HBM[0]"), memory(9, 1, 0, 0, "stream")))
                            .with(27, RawXclbin.connections(new int[] {0, 0, 0}, new int[] {1, 0, 1}))
                            .build()));

    @Test
    void anyBytesAreReadOrRefused() throws Exception {
        int read = 0;
        for (int i = 0; i < FILES; i++) {
            byte[] file = mutations.next();
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
            boolean remedy = e.getMessage().contains("; ");
            if (!oneLine || !remedy || !e.getMessage().startsWith(name + ": ")) {
                throw new AssertionError("file " + file + " of seed " + SEED, e);
            }
            return false;
        } catch (Exception | OutOfMemoryError | StackOverflowError e) {
            throw new AssertionError("file " + file + " of seed " + SEED, e);
        }
    }
}
