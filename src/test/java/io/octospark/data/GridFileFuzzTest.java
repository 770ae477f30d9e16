package io.octospark.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.fuzz.Fuzz;
import io.octospark.fuzz.MemoryFileSystem;
import io.octospark.fuzz.Mutations;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** Any bytes are grids, or are refused. */
class GridFileFuzzTest {
    private static final int EXECUTIONS = 20_000;
    private static final Configuration CONF = MemoryFileSystem.configuration();
    private static final Grid GRID = DataSets.grid(3, 3);
    private static final Survey SURVEY = new Survey(
            2000,
            List.of(10.0, 20.0),
            List.of(new Position(0, 0)),
            List.of(new Position(0, 0), new Position(10, 0), new Position(20, 0)));

    private static final List<byte[]> MODELS = List.of(
            npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3, 3), }", 144),
            npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 3, 3), }", 72),
            npy(2, "{'descr': '>f8', 'fortran_order': False, 'shape': (3, 3), }", 72),
            npy(3, "{'descr': '|O', 'fortran_order': False, 'shape': (3, 3), }", 72),
            npy(1, "{'descr': [('a', '<f8'), ('b', '<f4')], 'fortran_order': True, 'shape': (3,), }", 36));

    private static final List<byte[]> PRESSURES = List.of(
            npy(1, "{'descr': '<c16', 'fortran_order': False, 'shape': (2, 6), }", 192),
            npy(2, "{'descr': '<c8', 'fortran_order': False, 'shape': (1, 2, 3, 1), }", 48));

    private static final List<byte[]> TEXTS = List.of(
            "0.0\n-0.25\n1e-3\n4\n5.5\n-6e2\n7\n8\n9.\n".getBytes(StandardCharsets.UTF_8),
            "\ufeff1\r\n2\r\nnan\r\n-inf\r\nInfinity\r\n6\r\n7\r\n8\r\n9\r\n\r\n".getBytes(StandardCharsets.UTF_8),
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18".getBytes(StandardCharsets.UTF_8));

    /** A file of NumPy: its header has a multiple of 64 bytes. */
    private static byte[] npy(int version, String header, int dataBytes) {
        int before = version == 1 ? 10 : 12;
        int length = (before + header.length() + 64) / 64 * 64 - before;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(("\u0093NUMPY" + (char) version + '\0').getBytes(StandardCharsets.ISO_8859_1));
        file.write(length & 0xff);
        file.write(length >> 8);
        file.writeBytes(new byte[before - 10]);
        file.writeBytes((header + " ".repeat(length - header.length() - 1) + "\n").getBytes(StandardCharsets.UTF_8));
        file.writeBytes(new byte[dataBytes]);
        return file.toByteArray();
    }

    @FunctionalInterface
    private interface Opening {
        GridFile open(Path path) throws Exception;
    }

    private static Object readAll(byte[] input, Opening opening) throws Exception {
        GridFile file = opening.open(MemoryFileSystem.with(input));
        long sum = 0;
        for (long first : new long[] {0, file.grids() - 1}) {
            try (GridReader reader = file.open(first, Math.min(file.grids() - first, 100), CONF)) {
                while (reader.hasNext()) {
                    sum += reader.next().values().length;
                }
            }
        }
        return sum;
    }

    private static void assertFuzzed(String name, int executions, List<byte[]> sound, boolean text, Opening opening) {
        Fuzz.Outcome outcome = Fuzz.run(
                name,
                executions,
                random -> random.nextInt(4) == 0 == text
                        ? Mutations.ofBytes(random, sound)
                        : Mutations.ofText(random, sound),
                input -> () -> readAll(input, opening));

        // Neither outcome is rare: the damage gets past the first checks, and most of it is noticed.
        assertThat(outcome.read()).isGreaterThan(executions / 50);
        assertThat(outcome.refused()).isGreaterThan(executions / 50);
    }

    @Test
    void models() {
        assertFuzzed("npy models", EXECUTIONS, MODELS, false, path -> NpyGridFile.open(path, GRID, CONF));
    }

    @Test
    void pressures() {
        assertFuzzed(
                "npy pressures", EXECUTIONS, PRESSURES, false, path -> NpyGridFile.openPressure(path, SURVEY, CONF));
    }

    @Test
    void texts() {
        assertFuzzed("text grids", EXECUTIONS, TEXTS, true, path -> TextGridFile.open(path, GRID.cells(), CONF));
    }
}
