package io.octospark.results.octoray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.octospark.error.InvalidInputException;
import io.octospark.results.octoray.OctoRayFile.Repeat;
import io.octospark.results.octoray.OctoRayFile.Unit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("every-spark")
class OctoRayFileTest {
    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text.replace('\'', '"'));
    }

    @Test
    void aFileAsTheNotebookWritesIt() throws IOException {
        // With a key of later versions, and a number of a repeat that is there twice.
        Path path = file("2_200_1.txt", """
                0: {'id': 1, 'cu': 1, 'dot': 0.5, 'upd': 0.25, 'time': 1.5, 'memory': 156.9}
                {'id': 2, 'cu': 1, 'dot': 0.625, 'upd': 1e-3, 'time': 2, 'memory': 163.75}
                wall_time:3.25\s
                0: {'id': 1, 'cu': 1, 'dot': 0.5, 'upd': 0.25, 'time': 1.5}
                {'id': 2, 'cu': 1, 'dot': 0.5, 'upd': 0.25, 'time': 1.5}
                wall_time:2.0\s
                """);

        OctoRayFile file = OctoRayFile.read(path);

        Unit half = new Unit(1, 1, 0.5, 0.25, 1.5);
        assertThat(file)
                .isEqualTo(new OctoRayFile(
                        2,
                        200,
                        1,
                        List.of(
                                new Repeat(List.of(half, new Unit(2, 1, 0.625, 0.001, 2)), 3.25),
                                new Repeat(List.of(half, new Unit(2, 1, 0.5, 0.25, 1.5)), 2))));
        assertThat(file.fileName()).isEqualTo("2_200_1.txt");
        assertThat(OctoRayFile.read(Files.writeString(path, file.text()))).isEqualTo(file);
        assertThat(file.text().lines().toList().subList(0, 4))
                .containsExactly(
                        "0: {\"id\": 1, \"cu\": 1, \"dot\": 0.5, \"upd\": 0.25, \"time\": 1.5}",
                        "{\"id\": 2, \"cu\": 1, \"dot\": 0.625, \"upd\": 0.001, \"time\": 2.0}",
                        "wall_time:3.25 ",
                        "1: {\"id\": 1, \"cu\": 1, \"dot\": 0.5, \"upd\": 0.25, \"time\": 1.5}");
    }

    @Test
    void otherFiles() throws IOException {
        Path named = file("results.txt", "");
        assertThatThrownBy(() -> OctoRayFile.read(named))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(named + ": not named NODES_POINTS_CUS.txt, such as 2_1000_1.txt; rename the file");
        assertThatThrownBy(() -> OctoRayFile.read(folder.resolve("1_1_1.txt")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("; check the path");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            0: {'id': 1, 'cu': 1, 'dot': 1, 'upd': 1, 'time': 1} | line 1: the file ends without wall_time
            wall_time:1 | line 1: 0 units before it, the name says 1
            {'id': 1, 'cu': 1, 'dot': 1, 'upd': 1, 'time': 1} | line 1: a repeat begins with its number and a colon, and ends with wall_time
            0: {'id': 1, 'cu': 1, 'dot': -1, 'upd': 1, 'time': 1} | line 1: dot = -1: must be a time in seconds
            0: {'id': 1, 'cu': 1, 'upd': 1, 'time': 1} | line 1: dot: must be there, as a number
            0: {'id': 1, 'cu': 1, 'dot': 1, 'upd': 1, 'time': 1}/wall_time:soon | line 2: wall_time = soon: must be a time in seconds
            0: {'id': 1 | "line 1: not valid JSON: Unexpected end-of-input: expected close marker for Object"
            """)
    void damagedFiles(String text, String problem) throws IOException {
        Path path = file("1_100_1.txt", text.replace("/", "\n"));

        assertThatThrownBy(() -> OctoRayFile.read(path))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(path + ": " + problem)
                .hasMessageEndingWith("; correct the file");
    }

    @Test
    void anEmptyFile() throws IOException {
        Path path = file("1_100_1.txt", "");
        assertThatThrownBy(() -> OctoRayFile.read(path))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(path + ": line 1: the file ends without wall_time; correct the file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0_10_0.txt | : not named NODES_POINTS_CUS.txt, such as 2_1000_1.txt; rename the file
            1_0_1.txt | : not named NODES_POINTS_CUS.txt, such as 2_1000_1.txt; rename the file
            999999_1000_999999.txt | : is of 999998000001 units by its name, at most 1000000 are read; rename the file
            """)
    void refusesNamesThatNoRunHas(String name, String problem) throws IOException {
        assertRefused(file(name, "wall_time:1\n"), problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'id': 1e999, 'cu': 1, 'dot': 1, 'upd': 1, 'time': 1} | id = Infinity: must be a whole number from 1 to 2147483647
            {'id': 1, 'cu': 4294967297, 'dot': 1, 'upd': 1, 'time': 1} | cu = 4294967297: must be a whole number from 1 to 2147483647
            {'id': 1.5, 'cu': 1, 'dot': 1, 'upd': 1, 'time': 1} | id = 1.5: must be a whole number from 1 to 2147483647
            {'id': 0, 'cu': 1, 'dot': 1, 'upd': 1, 'time': 1} | id = 0: must be a whole number from 1 to 2147483647
            {'id': 1, 'id': 2} | not valid JSON: Duplicate field 'id'
            {'id': 1} {'id': 2} | something follows the object
            """)
    void refusesNumbersThatNoUnitHas(String json, String problem) throws IOException {
        assertRefused(
                file("1_10_1.txt", "0: " + json + "\nwall_time:1\n"), ": line 1: " + problem + "; correct the file");
    }

    @Test
    void emptyLinesAreNoWork() throws IOException {
        Path path = file("1_10_1.txt", "\n".repeat(5_000_000) + "0: {'id': 1}");
        long before = ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
        assertRefused(path, ": line 5000001: cu: must be there, as a number; correct the file");
        assertThat(((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes() - before)
                .isLessThan(1 << 29);
    }

    @Test
    void refusesWhatIsNoTextFileOfThisSize() throws Exception {
        Path path = folder.resolve("1_10_1.txt");
        Files.createDirectory(path);
        assertRefused(path, ": is not a plain file; name one");
        Files.delete(path);
        Files.write(path, new byte[(10 << 20) + 1]);
        assertRefused(path, ": more than 10485760 bytes, which are the limit; is it the right file?");
        Files.write(path, new byte[] {'0', ':', (byte) 0xff});
        assertRefused(path, ": is not text in UTF-8; is it the right file?");
        Files.delete(path);
        assumeThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        assertRefused(path, ": is not a plain file; name one");
    }

    private static void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> OctoRayFile.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + problem);
    }
}
