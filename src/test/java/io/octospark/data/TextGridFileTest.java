package io.octospark.data;

import static io.octospark.data.DataSets.CONF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octospark.error.InvalidInputException;
import io.octospark.model.DataGrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-spark")
class TextGridFileTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("data.txt");
    }

    private TextGridFile open(int cells) throws IOException {
        return TextGridFile.open(DataSets.path(file), cells, CONF);
    }

    private TextGridFile open(int cells, String content) throws IOException {
        Files.writeString(file, content);
        return open(cells);
    }

    private static String lines(double[][] all) {
        return Arrays.stream(all)
                .flatMapToDouble(Arrays::stream)
                .mapToObj(Double::toString)
                .collect(Collectors.joining("\n"));
    }

    private void assertRefused(int cells, String content, String problem) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> open(cells, content))
                .withMessage(DataSets.path(file) + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1\n2\n3\n4\n",
                "1\n2\n3\n4",
                "1\r\n2\r\n3\r\n4\r\n",
                "1\r\n2\r\n3\r\n4",
                "\uFEFF1\n2\n3\n4\n",
                " 1\n\t2 \n3.0\n+4e0\n\n  \n\r\n"
            })
    void readsLinesHoweverTheyEnd(String content) throws IOException {
        assertThat(DataSets.readsEveryRange(open(2, content), new double[][] {{1, 2}, {3, 4}}))
                .isTrue();
    }

    @Test
    void readsNumbersThatAreNotFinite() throws IOException {
        List<String> nans = List.of("NaN", "nan", "NAN", "-nan", "+nan");
        List<String> infinities = List.of("Infinity", "inf", "INF", "+Inf", "infinity");
        List<String> negative = List.of("-Infinity", "-inf", "-INF", "-infinity", "-Inf");
        String content = String.join("\n", nans) + "\n" + String.join("\n", infinities) + "\n"
                + String.join("\n", negative) + "\n";
        double[][] expected = new double[3][5];
        Arrays.fill(expected[0], Double.NaN);
        Arrays.fill(expected[1], Double.POSITIVE_INFINITY);
        Arrays.fill(expected[2], Double.NEGATIVE_INFINITY);
        assertThat(DataSets.readsEveryRange(open(5, content), expected)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"9,1", "9,6", "35,7", "5,33"})
    void rangesGiveWhatAWholeReadGives(int cells, int grids) throws IOException {
        double[][] all = DataSets.random(grids, cells, 1);
        assertThat(DataSets.readsEveryRange(open(cells, lines(all)), all)).isTrue();
    }

    @Test
    void seeksToGridsAmongMoreThanOffsetsAreKeptFor() throws IOException {
        int grids = 20_001;
        double[][] all = IntStream.range(0, grids)
                .mapToObj(i -> new double[] {i, -i, 0.5})
                .toArray(double[][]::new);
        TextGridFile open = open(3, lines(all));
        assertThat(open.grids()).isEqualTo(grids);
        for (int first = 0; first < grids; first += 97) {
            assertThat(DataSets.reads(open, first, Math.min(3, grids - first), all))
                    .isTrue();
        }
        for (int first : new int[] {4095, 4096, 4097, 8191, 8192, 8193, 16384, 20_000}) {
            assertThat(DataSets.reads(open, first, 1, all)).isTrue();
        }
        assertThat(DataSets.reads(open, grids, 0, all)).isTrue();
    }

    @Test
    void anEmptyRangeMayStandAtTheEndOfAsManyGridsAsOffsetsAreKeptFor() throws IOException {
        TextGridFile open = open(1, "5\n".repeat(4096));
        assertThat(DataSets.read(open, 4096, 0)).isEmpty();
    }

    @Test
    void refusesGridsOutsideTheFile() throws IOException {
        TextGridFile open = open(2, "1\n2\n3\n4\n");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> open.open(1, 2, CONF));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> open.open(-1, 1, CONF));
    }

    @Test
    void endsAfterTheLastGridOfTheRange() throws IOException {
        try (GridReader reader = open(2, "1\n2\n3\n4\n").open(0, 1, CONF)) {
            DataGrid grid = reader.next();
            assertThat(grid.values()).containsExactly(1, 2);
            assertThat(reader.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(reader::next);
        }
    }

    @Test
    void refusesAFileOfIncompleteGrids() {
        assertRefused(
                100,
                "0\n".repeat(150),
                ": 150 values are not a multiple of 100, the cells of a grid (ngrid.x * ngrid.z);"
                        + " correct ngrid or the file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\uFEFF", "\r\n \n"})
    void refusesAFileWithoutValues(String content) {
        assertRefused(9, content, ": holds no values; write one number per line, 9 for each grid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1 2", "1,5", "1;2", "--1", "0x", "nano", "infi", "'1'", "1.0D+00"})
    void refusesTextThatIsNotANumber(String text) {
        assertRefused(2, "1\n" + text + "\n", ": line 2 '" + text + "' is not a number; write one number per line");
    }

    @Test
    void showsForeignTextShortAndPrintable() {
        assertRefused(2, "1\n2\n1\u0000\n", ": line 3 '1?' is not a number; write one number per line");
        assertRefused(1, "1\r2\r", ": line 1 '1?2' is not a number; write one number per line");
        assertRefused(
                1, "x".repeat(100), ": line 1 '" + "x".repeat(40) + "...' is not a number; write one number per line");
    }

    @Test
    void takesAByteOrderMarkForTextExceptAtTheStart() {
        assertRefused(1, "1\n\uFEFF2\n", ": line 2 '?2' is not a number; write one number per line");
    }

    @Test
    void refusesBlankLinesBetweenNumbers() {
        assertRefused(2, "1\n\n \n2\n", ": line 2 is blank but numbers follow; remove the blank line");
        assertRefused(2, "\n1\n2\n", ": line 1 is blank but numbers follow; remove the blank line");
    }

    @Test
    void refusesOverlongLines() throws IOException {
        String longest = "0".repeat(NumberLines.MAX_LINE_BYTES - 1) + "1";
        assertThat(open(1, longest).grids()).isEqualTo(1);
        assertRefused(1, "1\n0" + longest, ": line 2 is longer than 4096 bytes; write one number per line");
    }

    @Test
    void refusesWhatIsNoFile() {
        assertThatThrownBy(() -> open(9))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(DataSets.path(file) + ": there is no such file; correct the path of the data");
        file = folder;
        assertThatThrownBy(() -> open(9))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(DataSets.path(folder) + ": is not a file; give the path of a data file");
    }

    @Test
    void saysWhichGridIsMissingFromAFileCutSinceItWasOpened() throws IOException {
        TextGridFile open = open(2, "1\n2\n3\n4\n5\n6\n");
        Files.writeString(file, "1\n2\n3\n");
        try (GridReader reader = open.open(0, 3, CONF)) {
            assertThat(reader.next().values()).containsExactly(1, 2);
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(reader::next)
                    .withMessage(DataSets.path(file)
                            + ": grid 1 can't be read; was the file changed, or can't this host reach it?")
                    .withStackTraceContaining("the file ends after line 3");
        }
    }

    @Test
    void saysWhichLineOfAFileWasSpoiltSinceItWasOpened() throws IOException {
        TextGridFile open = open(2, "1\n2\n3\n4\n5\n6\n");
        Files.writeString(file, "1\n2\n3\n4\n5\nx\n");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DataSets.read(open, 1, 2))
                .withMessage(DataSets.path(file) + ": line 6 'x' is not a number; write one number per line");
    }

    @Test
    void readsAFileEditedBesideAStaleChecksum() throws IOException {
        Files.write(folder.resolve(".data.txt.crc"), new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});
        assertThat(open(1, "1\n").grids()).isEqualTo(1);
    }

    @Test
    void survivesAnyBytes() throws IOException {
        Random random = new Random(7);
        byte[] alphabet = "0123456789.-+eEnaif \t\r\n\n\n\n".getBytes(StandardCharsets.US_ASCII);
        int accepted = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (i % 10 != 0) {
                for (int b = 0; b < bytes.length; b++) {
                    bytes[b] = alphabet[Byte.toUnsignedInt(bytes[b]) % alphabet.length];
                }
            }
            Files.write(file, bytes);
            try {
                TextGridFile open = open(1);
                assertThat(DataSets.read(open, 0, open.grids())).hasSize((int) open.grids());
                accepted++;
            } catch (InvalidInputException e) {
                assertThat(e.messages()).singleElement().asString().startsWith(DataSets.path(file) + ": ");
            }
        }
        assertThat(accepted).isBetween(50, 2950);
    }

    @Test
    @Timeout(60)
    void refusesPipesAndDevices() throws Exception {
        java.nio.file.Path pipe = folder.resolve("pipe.txt");
        assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (java.nio.file.Path path : List.of(pipe, java.nio.file.Path.of("/dev/zero"))) {
            assertThatThrownBy(() -> TextGridFile.open(DataSets.path(path), 9, DataSets.CONF))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("file:" + path + ": is not a file; give the path of a data file");
        }
    }
}
