package io.octospark.data;

import static io.octospark.data.DataSets.CONF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.octospark.error.InvalidInputException;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("every-spark")
class GridWriterTest {
    private enum Format {
        TEXT {
            @Override
            GridWriter write(Path file, Grid grid, long grids) throws IOException {
                return new TextGridWriter(DataSets.path(file), grid, grids, CONF);
            }

            @Override
            GridFile open(Path file, Grid grid) throws IOException {
                return TextGridFile.open(DataSets.path(file), grid.cells(), CONF);
            }
        },
        NPY {
            @Override
            GridWriter write(Path file, Grid grid, long grids) throws IOException {
                return new NpyWriter(DataSets.path(file), grid, grids, CONF);
            }

            @Override
            GridFile open(Path file, Grid grid) throws IOException {
                return NpyGridFile.open(DataSets.path(file), grid, CONF);
            }
        };

        abstract GridWriter write(Path file, Grid grid, long grids) throws IOException;

        abstract GridFile open(Path file, Grid grid) throws IOException;
    }

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("models");
    }

    @ParameterizedTest
    @CsvSource({"TEXT,3,3,1", "NPY,3,3,1", "TEXT,5,7,9", "NPY,7,5,9", "TEXT,3,3,300", "NPY,131,67,2"})
    void whatIsWrittenReadsBackBitForBit(Format format, int nx, int nz, int grids) throws IOException {
        Grid grid = DataSets.grid(nx, nz);
        double[][] all = DataSets.random(grids, grid.cells(), 5);
        try (GridWriter writer = format.write(file, grid, grids)) {
            for (double[] values : all) {
                writer.write(values);
            }
        }
        GridFile open = format.open(file, grid);
        assertThat(open.grids()).isEqualTo(grids);
        assertThat(DataSets.reads(open, 0, grids, all)).isTrue();
        assertThat(DataSets.names(folder)).containsExactly("models");
    }

    @Test
    void writesNpyByteByByte() throws IOException {
        double[] values = {0, 1, 2, 3, 4, 5, 6, 7, -8.5};
        try (GridWriter writer = Format.NPY.write(file, DataSets.grid(3, 3), 1)) {
            writer.write(values);
        }
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(128 + 72);
        assertThat(new String(bytes, 0, 128, StandardCharsets.ISO_8859_1))
                .isEqualTo("\u0093NUMPY\u0001\0v\0{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3, 3), }"
                        + " ".repeat(55) + "\n");
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(DoubleStream.iterate(0, i -> i + 1).limit(9).map(i -> data.getDouble(128 + 8 * (int) i)))
                .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, -8.5);
    }

    @Test
    void writesMeasuredDataAsComplexNumbers() throws IOException {
        Survey survey = new Survey(
                2000,
                Survey.frequencies(10, 40, 2),
                Survey.line(new Position(0, 0), new Position(1, 0), 3),
                Survey.line(new Position(0, 0), new Position(1, 0), 5));
        double[][] all = DataSets.random(2, 2 * 30, 8);
        try (GridWriter writer = new NpyWriter(DataSets.path(file), survey, 2, CONF)) {
            writer.write(all[0]);
            writer.write(all[1]);
        }
        assertThat(new String(Files.readAllBytes(file), 10, 118, StandardCharsets.ISO_8859_1))
                .startsWith("{'descr': '<c16', 'fortran_order': False, 'shape': (2, 2, 5, 3), }   ");
        assertThat(DataSets.reads(NpyGridFile.openPressure(DataSets.path(file), survey, CONF), 0, 2, all))
                .isTrue();
    }

    @Test
    void writesOneNumberPerLine() throws IOException {
        try (GridWriter writer = Format.TEXT.write(file, DataSets.grid(3, 3), 1)) {
            writer.write(new double[] {0.1, -0.0, 1, 1e300, Double.NaN, 1.0 / 3, 0, 0, Double.POSITIVE_INFINITY});
        }
        assertThat(file).hasContent("0.1\n-0.0\n1.0\n1.0E300\nNaN\n0.3333333333333333\n0.0\n0.0\nInfinity\n");
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsAtTheTargetBeforeTheEnd(Format format) throws IOException {
        try (GridWriter writer = format.write(file, DataSets.grid(3, 3), 1)) {
            writer.write(new double[9]);
            assertThat(file).doesNotExist();
        }
        assertThat(file).exists();
    }

    @ParameterizedTest
    @EnumSource
    void closingEarlyLeavesNothing(Format format) throws IOException {
        GridWriter writer = format.write(file, DataSets.grid(3, 3), 2);
        writer.write(new double[9]);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(writer::close)
                .withMessage(DataSets.path(file) + ": closed after 1 of 2 grids, nothing is kept");
        assertThat(DataSets.names(folder)).isEmpty();
        writer.close();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> writer.write(new double[9]))
                .withMessage(DataSets.path(file) + ": no grid can follow, the writer is closed");
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionOfTheCallerIsNotHidden(Format format) throws IOException {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> {
            try (GridWriter writer = format.write(file, DataSets.grid(3, 3), 2)) {
                writer.write(new double[9]);
                throw new ArithmeticException("the caller's");
            }
        });
        assertThat(DataSets.names(folder)).isEmpty();
    }

    @Test
    void aFailedWriteLeavesNothing() throws IOException {
        GridWriter writer = new GridWriter(DataSets.path(file), new byte[3], 9, 1, CONF) {
            @Override
            void encode(double[] values, OutputStream out) throws IOException {
                throw new IOException("disk full");
            }
        };
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> writer.write(new double[9]))
                .withMessage("disk full");
        writer.close();
        assertThat(DataSets.names(folder)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void refusesGridsOfAnotherSizeOrTooMany(Format format) throws IOException {
        try (GridWriter writer = format.write(file, DataSets.grid(3, 3), 1)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> writer.write(new double[8]))
                    .withMessage(DataSets.path(file) + ": got 8 values for a grid of 9 cells");
            writer.write(new double[9]);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> writer.write(new double[9]))
                    .withMessage(DataSets.path(file) + ": no grid can follow, all have been written");
        }
        assertThat(format.open(file, DataSets.grid(3, 3)).grids()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void refusesToOverwrite(Format format) throws IOException {
        String problem =
                DataSets.path(file) + ": exists already and is not overwritten; choose another name or remove it";
        GridWriter late = format.write(file, DataSets.grid(3, 3), 1);
        late.write(new double[9]);
        Files.writeString(file, "precious");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> format.write(file, DataSets.grid(3, 3), 1))
                .withMessage(problem);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(late::close)
                .withMessage(problem);
        assertThat(file).hasContent("precious");
        assertThat(DataSets.names(folder)).containsExactly("models");
    }

    @ParameterizedTest
    @EnumSource
    void refusesToWriteNoGrids(Format format) throws IOException {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> format.write(file, DataSets.grid(3, 3), 0))
                .withMessage("a data-set file needs at least one grid, got 0");
        assertThat(DataSets.names(folder)).isEmpty();
    }

    @Test
    void openFwisLayoutRoundTrips() throws IOException {
        Grid maps = Grid.of(70, 70, new Position(0, 0), new Position(700, 700));
        Path npy = folder.resolve("model1.npy");
        double[][] velocities = new double[3][];
        try (GridWriter writer = NpyWriter.openFwi(DataSets.path(npy), maps, 3, CONF)) {
            for (int i = 0; i < 3; i++) {
                int map = i;
                // Numbers that floats have exactly.
                velocities[i] = DoubleStream.iterate(1500 + 0.25 * map, v -> v + 0.5)
                        .limit(70 * 70)
                        .toArray();
                writer.write(velocities[i]);
            }
        }
        assertThat(Files.size(npy)).isEqualTo(128 + 3 * 70 * 70 * 4);
        assertThat(new String(Files.readAllBytes(npy), 0, 128, StandardCharsets.ISO_8859_1))
                .contains("'descr': '<f4'", "'shape': (3, 1, 70, 70)");
        try (GridReader reader =
                NpyGridFile.open(DataSets.path(npy), maps, CONF).open(0, 3, CONF)) {
            for (double[] map : velocities) {
                assertThat(reader.next().values()).isEqualTo(map);
            }
        }
    }
}
