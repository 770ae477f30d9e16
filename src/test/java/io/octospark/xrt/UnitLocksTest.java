package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitLocksTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final List<Card> CARDS =
            List.of(new Card(0, "0000:3b:00.1", ""), new Card(1, "0000:3c:00.1", ""), new Card(2, "0000:3d:00.1", ""));

    @TempDir
    private Path folder;

    private final List<Process> others = new ArrayList<>();

    @AfterEach
    void endOthers() {
        others.forEach(Process::destroyForcibly);
        others.forEach(process -> process.onExit().join());
    }

    private Map<String, LockFile> take(int cards, int unitsPerCard, int amount) {
        return UnitLocks.take(folder, CARDS.subList(0, cards), unitsPerCard, amount, SHORT);
    }

    /** A process that takes units of three cards with two each, and has them until it is killed. */
    private Process startOther(int amount) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        UnitLocksTest.class.getName(),
                        folder.toString(),
                        Integer.toString(amount))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        others.add(process);
        return process;
    }

    private static List<String> taken(Process process) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return List.of(out.readLine().split(" "));
    }

    /** Takes units in the given folder, prints which, and ends with its standard input. */
    public static void main(String[] args) throws IOException {
        Map<String, LockFile> taken = UnitLocks.take(Path.of(args[0]), CARDS, 2, Integer.parseInt(args[1]), LIMIT);
        System.out.println(String.join(" ", taken.keySet()));
        while (System.in.read() >= 0) {
            // Its locks are held meanwhile.
        }
    }

    @Test
    void unitsAreOfOneCardWhereOneHasEnough() {
        assertThat(take(2, 2, 2)).containsOnlyKeys("0000:3b:00.1/cu1", "0000:3b:00.1/cu2");
        assertThat(take(2, 2, 2)).containsOnlyKeys("0000:3c:00.1/cu1", "0000:3c:00.1/cu2");
    }

    @Test
    void oneUnitIsOfTheCardThatHasFewestLeft() {
        take(3, 3, 1);
        assertThat(take(3, 3, 3).keySet()).containsExactly("0000:3c:00.1/cu1", "0000:3c:00.1/cu2", "0000:3c:00.1/cu3");
        assertThat(take(3, 3, 1)).containsOnlyKeys("0000:3b:00.1/cu2");
    }

    @Test
    void unitsAreOfAsFewCardsAsPossibleWhereNoneHasEnough() {
        take(3, 3, 2);
        assertThat(take(3, 3, 5).keySet())
                .containsExactly(
                        "0000:3c:00.1/cu1",
                        "0000:3c:00.1/cu2",
                        "0000:3c:00.1/cu3",
                        "0000:3d:00.1/cu1",
                        "0000:3d:00.1/cu2");
    }

    @Test
    void unitsThatOthersHaveAreNamed() {
        take(2, 2, 3);
        assertThatThrownBy(() -> take(2, 2, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "resource fpga: 2 compute unit(s) wanted, this host has 4 (2 card(s), OCTOSPARK_FPGA_UNITS ="
                                + " 2), taken by others: 0000:3b:00.1/cu1, 0000:3b:00.1/cu2, 0000:3c:00.1/cu1; end what has them"
                                + " (fuser " + folder + "/octospark-unit-*.lock), or offer fewer units on this host")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.UNITS_IN_USE);
        // Nothing was kept by the one that has failed.
        assertThat(take(2, 2, 1)).containsOnlyKeys("0000:3c:00.1/cu2");
    }

    @Test
    void moreThanTheHostHasIsRefusedAtOnce() {
        assertThatThrownBy(() -> UnitLocks.take(folder, List.of(), 1, 1, LIMIT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "resource fpga: 1 compute unit(s) wanted, this host has 0 (0 card(s), OCTOSPARK_FPGA_UNITS ="
                                + " 1), taken by others: none; lower spark.executor.resource.fpga.amount, or offer no such units"
                                + " on this host");
    }

    @Test
    void processesThatStartTogetherHaveUnitsOfTheirOwn() throws Exception {
        for (int i = 0; i < 3; i++) {
            startOther(2);
        }
        List<List<String>> all = new ArrayList<>();
        for (Process process : others) {
            all.add(taken(process));
        }
        assertThat(all)
                .containsExactlyInAnyOrder(
                        List.of("0000:3b:00.1/cu1", "0000:3b:00.1/cu2"),
                        List.of("0000:3c:00.1/cu1", "0000:3c:00.1/cu2"),
                        List.of("0000:3d:00.1/cu1", "0000:3d:00.1/cu2"));
    }

    @Test
    void aProcessThatIsKilledLeavesItsUnitsToTheNext() throws Exception {
        Process first = startOther(5);
        assertThat(taken(first)).hasSize(5);
        Process second = startOther(6);
        first.destroyForcibly();
        assertThat(taken(second)).hasSize(6);
    }

    @Test
    void aFolderThatIsNotThereIsReported() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> UnitLocks.take(missing, CARDS, 1, 1, SHORT))
                .hasMessageStartingWith("resource fpga: the file " + missing.resolve("octospark-unit-choice.lock")
                        + " cannot be used (")
                .hasMessageEndingWith("); make it writable for this user");
    }
}
