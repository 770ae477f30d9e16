package io.octospark.data;

import static io.octospark.data.DataSets.CONF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.octospark.error.InvalidInputException;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-spark")
class NpyGridFileTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("data.npy");
    }

    private NpyGridFile open(int nx, int nz) throws IOException {
        return NpyGridFile.open(DataSets.path(file), DataSets.grid(nx, nz), CONF);
    }

    private NpyGridFile open(int nx, int nz, byte[] content) throws IOException {
        Files.write(file, content);
        return open(nx, nz);
    }

    /** Asserts that the file is refused for a grid of 5 x 7 cells (nx x nz). */
    private void assertRefused(byte[] content, String problem) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> open(5, 7, content))
                .withMessage(DataSets.path(file) + ": " + problem);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] npy(int major, String header, byte[] data) {
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0};
        int length = header.length();
        byte[] size = major == 1
                ? new byte[] {(byte) length, (byte) (length >> 8)}
                : new byte[] {(byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)};
        return concat(start, size, ascii(header), data);
    }

    private static String header(String descr, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    }

    private static byte[] data(double[][] all, int valueBytes, ByteOrder order) {
        ByteBuffer data =
                ByteBuffer.allocate(all.length * all[0].length * valueBytes).order(order);
        for (double[] values : all) {
            for (double value : values) {
                if (valueBytes == 8) {
                    data.putDouble(value);
                } else {
                    data.putFloat((float) value);
                }
            }
        }
        return data.array();
    }

    @Test
    void readsBytesAsNumPyWritesThem() throws IOException {
        String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 3), }" + " ".repeat(58) + "\n";
        byte[] one = {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f};
        byte[] minusTwo = {0, 0, 0, 0, 0, 0, 0, (byte) 0xc0};
        byte[] tenth = {(byte) 0x9a, (byte) 0x99, (byte) 0x99, (byte) 0x99, (byte) 0x99, (byte) 0x99, (byte) 0xb9, 0x3f
        };
        byte[] start = {(byte) 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0x76, 0};
        byte[] content = concat(start, ascii(header), one, minusTwo, tenth, one, one, one, one, one, minusTwo);
        assertThat(content).hasSize(128 + 72);
        NpyGridFile open = open(3, 3, content);
        assertThat(open.grids()).isEqualTo(1);
        assertThat(DataSets.reads(open, 0, 1, new double[][] {{1, -2, 0.1, 1, 1, 1, 1, 1, -2}}))
                .isTrue();
    }

    @Test
    void readsBigEndianFloats() throws IOException {
        byte[] pi = {0x40, 0x49, 0x0f, (byte) 0xdb};
        byte[] content = npy(1, header(">f4", "(3, 3)"), concat(pi, pi, pi, pi, pi, pi, pi, pi, new byte[4]));
        double value = 3.1415927410125732;
        double[][] expected = {{value, value, value, value, value, value, value, value, 0}};
        assertThat(DataSets.reads(open(3, 3, content), 0, 1, expected)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1,<f8,3,3,1",
        "2,<f8,5,7,6",
        "3,<f8,7,5,17",
        "1,>f8,5,7,3",
        "2,>f8,3,3,9",
        "1,<f4,5,7,4",
        "3,>f4,7,5,5",
        "1,<f8,131,67,2",
        "1,>f4,131,257,2"
    })
    void rangesGiveWhatAWholeReadGives(int major, String descr, int nx, int nz, int grids) throws IOException {
        double[][] all = DataSets.random(grids, nx * nz, 2);
        int valueBytes = descr.endsWith("4") ? 4 : 8;
        if (valueBytes == 4) {
            for (double[] values : all) {
                Arrays.setAll(values, i -> (float) values[i]);
            }
        }
        ByteOrder order = descr.startsWith("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        byte[] data = data(all, valueBytes, order);
        for (String format : List.of("(%d, %d, %d)", "(%d,1,%d,%d)")) {
            byte[] content = npy(major, header(descr, format.formatted(grids, nz, nx)), data);
            assertThat(DataSets.readsEveryRange(open(nx, nz, content), all)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"=f8", "|f8", "f8"})
    void takesTheHostsByteOrderWhereNoneIsGiven(String descr) throws IOException {
        double[][] all = DataSets.random(1, 9, 3);
        byte[] content = npy(1, header(descr, "(3, 3)"), data(all, 8, ByteOrder.nativeOrder()));
        assertThat(DataSets.reads(open(3, 3, content), 0, 1, all)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 7, 5), }      \n",
                "{\"shape\":(1,7,5),\"fortran_order\":False,\"descr\":\"<f8\"}",
                " { 'shape' : ( 1 , 7 , 5 , ) , 'descr' : '<f8' , 'fortran_order' : False , } \n"
            })
    void readsHeadersHoweverTheyAreSpaced(String header) throws IOException {
        assertThat(open(5, 7, npy(1, header, new byte[280])).grids()).isEqualTo(1);
    }

    @Test
    void seeksFarIntoAFile() throws IOException {
        double[][] all = DataSets.random(5000, 9, 4);
        NpyGridFile open = open(3, 3, npy(1, header("<f8", "(5000, 3, 3)"), data(all, 8, ByteOrder.LITTLE_ENDIAN)));
        assertThat(DataSets.reads(open, 0, 5000, all)).isTrue();
        assertThat(DataSets.reads(open, 4999, 1, all)).isTrue();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> open.open(5000, 1, CONF));
    }

    @Test
    void refusesOtherFiles() {
        assertRefused(
                ascii("0.1\n0.2\n0.3\n"), "does not start with \\x93NUMPY as .npy files do; write it with numpy.save");
        file = folder.resolve("none.npy");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> open(3, 3))
                .withMessage(DataSets.path(file) + ": there is no such file; correct the path of the data");
    }

    @Test
    void refusesUnknownVersions() {
        for (int[] version : new int[][] {{0, 0}, {4, 0}, {1, 1}, {255, 255}}) {
            byte[] content = npy(1, header("<f8", "(7, 5)"), new byte[280]);
            content[6] = (byte) version[0];
            content[7] = (byte) version[1];
            assertRefused(
                    content,
                    "has .npy format version %d.%d, it must be 1.0, 2.0 or 3.0; write it with numpy.save"
                            .formatted(version[0], version[1]));
        }
    }

    @Test
    void refusesTruncatedHeaders() {
        for (int major = 1; major <= 3; major++) {
            byte[] whole = npy(major, header("<f8", "(7, 5)"), new byte[0]);
            for (int length = 0; length < whole.length; length++) {
                assertRefused(
                        Arrays.copyOf(whole, length), "ends within its .npy header; copy or write the file again");
            }
        }
    }

    @Test
    void refusesHugeHeadersWithoutAllocatingThem() {
        byte[] content = npy(2, header("<f8", "(7, 5)"), new byte[280]);
        Arrays.fill(content, 8, 12, (byte) 0xff);
        assertRefused(content, "has a header of 4294967295 bytes, at most 65536 are read; write it with numpy.save");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "}",
                "{}",
                "hello",
                "{'descr': '<f8'}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 5)",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 5)} 1",
                "{'descr': '<f8', 'fortran_order': False 'shape': (7, 5)}",
                "{'descr': '<f8', 'fortran_order': 0, 'shape': (7, 5)}",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 5), 'more': 1}",
                "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (7, 5)}",
                "{'descr': '<f8\", 'fortran_order': False, 'shape': (7, 5)}"
            })
    void refusesHeadersItCannotParse(String header) {
        assertRefused(
                npy(1, header, new byte[280]),
                ("has the header \"%s\", it must be {'descr': '<f8', 'fortran_order': False,"
                                + " 'shape': (n, nz, nx)} or alike; write it with numpy.save")
                        .formatted(header.length() > 40 ? header.substring(0, 40) + "..." : header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<i4", "<f2", "|O", "<f16", "f", ""})
    void refusesOtherTypes(String descr) {
        String header = descr.isEmpty()
                ? "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (7, 5), }"
                : header(descr, "(7, 5)");
        assertRefused(
                npy(1, header, new byte[280]),
                "holds values of type %s, it must be f4 or f8; convert the array with astype('<f8')"
                        .formatted(descr.isEmpty() ? "[('a', '<f8'), ('b', '<i4')]" : descr));
    }

    @Test
    void refusesFortranOrder() {
        assertRefused(
                npy(1, header("<f8", "(7, 5)").replace("False", "True"), new byte[280]),
                "is in Fortran order, it must be in C order; save numpy.ascontiguousarray(array)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"()", "(35,)", "(2, 2, 7, 5)", "(1, 1, 1, 7, 5)"})
    void refusesOtherNumbersOfAxes(String shape) {
        assertRefused(
                npy(1, header("<f8", shape), new byte[280]),
                "has the shape %s, it must be (nz, nx), (n, nz, nx) or (n, 1, nz, nx); reshape the array"
                        .formatted(shape));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(5, 7)", "(7, 6)", "(4, 8, 5)", "(4, 1, 5, 7)", "(0, 0)", "(1, 9223372036854775807, 5)"})
    void refusesGridsOfOtherSizes(String shape) {
        assertRefused(
                npy(1, header("<f8", shape), new byte[280]),
                "has the shape %s, its last two lengths must be nz, nx = 7, 5; correct ngrid or the file"
                        .formatted(shape));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(-1, 7, 5)",
                "(9223372036854775808, 7, 5)",
                "(a, 7, 5)",
                "(1, , 5)",
                "[7, 5]",
                "7",
                "(1.5, 7, 5)"
            })
    void refusesShapesThatAreNotLengths(String shape) {
        assertRefused(
                npy(1, header("<f8", shape), new byte[280]),
                "has the shape %s, it must be a tuple of whole numbers from 0 to 2^63 - 1; write it with numpy.save"
                        .formatted(shape));
    }

    @Test
    void refusesShapesWithoutGrids() {
        assertRefused(
                npy(1, header("<f8", "(0, 7, 5)"), new byte[0]),
                "has the shape (0, 7, 5), it must hold a grid or more; write the file again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "65876228834677920", "32940614417338486"})
    void refusesShapesThatOverflow(String grids) {
        assertRefused(
                npy(1, header("<f8", "(" + grids + ", 7, 5)"), new byte[280]),
                "has the shape (%s, 7, 5), more than the 2^63 - 1 bytes of a file; write it again".formatted(grids));
    }

    @Test
    void refusesDataOfAnotherLengthThanTheShapes() {
        for (int bytes : new int[] {0, 559, 561, 600}) {
            assertRefused(
                    npy(1, header("<f8", "(2, 7, 5)"), new byte[bytes]),
                    "has %d bytes of data, shape (2, 7, 5) of type <f8 takes 560; copy or write the file again"
                            .formatted(bytes));
        }
    }

    // Measured data: 3 frequencies, 5 receivers, 4 sources

    private static final Survey SURVEY = new Survey(
            2000,
            Survey.frequencies(10, 40, 3),
            Survey.line(new Position(0, 0), new Position(1, 0), 4),
            Survey.line(new Position(0, 0), new Position(1, 0), 5));

    private NpyGridFile openPressure(byte[] content) throws IOException {
        Files.write(file, content);
        return NpyGridFile.openPressure(DataSets.path(file), SURVEY, CONF);
    }

    private void assertPressureRefused(byte[] content, String problem) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> openPressure(content))
                .withMessage(DataSets.path(file) + ": " + problem);
    }

    @ParameterizedTest
    @CsvSource({"<c16", ">c16", "=c16", "<c8", ">c8"})
    void readsMeasuredData(String descr) throws IOException {
        double[][] all = DataSets.random(7, 2 * 60, 6);
        int partBytes = descr.endsWith("c8") ? 4 : 8;
        if (partBytes == 4) {
            for (double[] values : all) {
                Arrays.setAll(values, i -> (float) values[i]);
            }
        }
        ByteOrder order = descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] data = data(all, partBytes, descr.startsWith("=") ? ByteOrder.nativeOrder() : order);
        for (String shape : List.of("(7, 60)", "(7, 3, 5, 4)")) {
            assertThat(DataSets.readsEveryRange(openPressure(npy(1, header(descr, shape), data)), all))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<c16", ">c8"})
    void refusesMeasuredDataForModels(String descr) {
        assertRefused(
                npy(1, header(descr, "(7, 5)"), new byte[560]),
                "holds values of type %s, it must be f4 or f8 for models; complex numbers are measured data, for which data_kind is pressure"
                        .formatted(descr));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<f8", "=f4"})
    void refusesModelsForMeasuredData(String descr) {
        assertPressureRefused(
                npy(1, header(descr, "(1, 60)"), new byte[960]),
                "holds values of type %s, it must be c8 or c16, as measured data are complex; of models data_kind is contrast or velocity"
                        .formatted(descr));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<c32", "<c4", "<i8"})
    void refusesMeasuredDataThatAreNotComplex(String descr) {
        assertPressureRefused(
                npy(1, header(descr, "(1, 60)"), new byte[960]),
                "holds values of type %s, it must be c8 or c16, as measured data are complex; convert the array with astype('<c16')"
                        .formatted(descr));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"()", "(60,)", "(1, 61)", "(3, 5, 4)", "(1, 3, 4, 5)", "(1, 1, 60)", "(1, 1, 3, 5, 4)", "(60, 1)"
            })
    void refusesMeasuredDataOfOtherSurveys(String shape) {
        assertPressureRefused(
                npy(1, header("<c16", shape), new byte[960]),
                ("has the shape %s, it must be (n, 60) or (n, 3, 5, 4), the measurements of n grids"
                                + " (nTotal, nReceivers, nSources); correct fwi or the file")
                        .formatted(shape));
    }

    @Test
    void refusesMeasuredDataOfAnotherLengthOrOrder() {
        assertPressureRefused(
                npy(1, header("<c16", "(2, 60)"), new byte[1919]),
                "has 1919 bytes of data, shape (2, 60) of type <c16 takes 1920; copy or write the file again");
        assertPressureRefused(
                npy(1, header("<c8", "(0, 60)"), new byte[0]),
                "has the shape (0, 60), it must hold a grid or more; write the file again");
        assertPressureRefused(
                npy(1, header("<c16", "(1, 60)").replace("False", "True"), new byte[960]),
                "is in Fortran order, it must be in C order; save numpy.ascontiguousarray(array)");
    }

    @Test
    void saysWhichGridIsMissingFromAFileCutSinceItWasOpened() throws IOException {
        byte[] content = npy(1, header("<f8", "(3, 7, 5)"), new byte[840]);
        NpyGridFile open = open(5, 7, content);
        Files.write(file, Arrays.copyOf(content, content.length - 281));
        try (GridReader reader = open.open(0, 3, CONF)) {
            assertThat(reader.next().values()).hasSize(35).containsOnly(0);
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(reader::next)
                    .withMessageStartingWith(DataSets.path(file) + ": grid 1 can't be read;");
        }
    }

    @Test
    void survivesHeadersMadeToExhaustAParser() throws IOException {
        int most = 65_000;
        for (String header : List.of(
                "{".repeat(most),
                "(".repeat(most),
                "{" + "'a': 1,".repeat(most / 7),
                "{'shape': (" + "1,".repeat(most / 2) + "), 'descr': '<f8', 'fortran_order': False}",
                "{'shape': (" + "1".repeat(most) + "), 'descr': '<f8', 'fortran_order': False}",
                "{'shape': (" + " ".repeat(most) + "), 'descr': '<f8', 'fortran_order': False}",
                "{'descr': '" + "<".repeat(most),
                "{'" + "d".repeat(most),
                "{" + " ".repeat(most))) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> open(5, 7, npy(2, header, new byte[280])));
        }
    }

    @Test
    void survivesAnyBytes() throws IOException {
        Random random = new Random(11);
        byte[][] seeds = {
            npy(1, header("<f8", "(3, 3)"), new byte[72]),
            npy(2, header(">f4", "(2, 3, 3)"), new byte[72]),
            npy(3, header("=f4", "(2, 1, 3, 3)"), new byte[72])
        };
        byte[] alphabet = ascii("{}()[]'\":, 0123456789<>=|fTFalsetrue-\\\n");
        int accepted = 0;
        for (int i = 0; i < 6000; i++) {
            byte[] content = seeds[i % seeds.length].clone();
            if (i % 20 == 0) {
                random.nextBytes(content);
            }
            for (int mutation = random.nextInt(4); mutation >= 0; mutation--) {
                int at = random.nextInt(content.length);
                switch (random.nextInt(4)) {
                    case 0 -> content[at] = (byte) random.nextInt(256);
                    case 1 -> content[at] = alphabet[random.nextInt(alphabet.length)];
                    case 2 -> content = Arrays.copyOf(content, at + 1);
                    default ->
                        content =
                                concat(Arrays.copyOf(content, at), Arrays.copyOfRange(content, at / 2, content.length));
                }
            }
            Files.write(file, content);
            try {
                NpyGridFile open = open(3, 3);
                assertThat(DataSets.read(open, 0, open.grids())).hasSize((int) open.grids());
                accepted++;
            } catch (InvalidInputException e) {
                assertThat(e.messages()).singleElement().asString().startsWith(DataSets.path(file) + ": ");
            }
        }
        assertThat(accepted).isBetween(100, 5900);
    }
}
