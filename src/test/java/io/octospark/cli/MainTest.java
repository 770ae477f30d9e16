package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.cli.options.ErrorLines;
import io.octospark.cli.options.ExitCode;
import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.run.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's application master on YARN sees of a command, and the exit codes that a shell sees. */
@Tag("every-spark")
class MainTest {
    @TempDir
    private Path folder;

    @Test
    void successReturns() {
        assertThatNoException().isThrownBy(() -> Main.runForApplicationMaster("--version"));
    }

    @Test
    void wrongInputIsThrownInOneLine() {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> Main.runForApplicationMaster("run", "--experiment", missing.toString()))
                .hasMessage("octospark ended with exit code 2: " + missing + ": no such file; check the path")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void wrongUsageIsThrown() {
        assertThatThrownBy(() -> Main.runForApplicationMaster("run", "--grids=0", "--experiment=e.json"))
                .hasMessage("octospark ended with exit code 2: --grids = 0: must be 1 or more; correct the value");
    }

    @Test
    void anUnforeseenFailureIsInternal() {
        assertPrinted(new IllegalStateException("a\n bug"), 1, "error[INTERNAL]: a bug; report it with the log");
    }

    @Test
    void wrongInputEndsWith2UntilSomethingIsWritten() {
        InvalidInputException missing = new InvalidInputException(List.of(
                new Problem(ErrorCode.FILE_NOT_FOUND, "a.json: no such file", "check the path"),
                new Problem(ErrorCode.MISSING_KEY, "b.json: fwi: missing", "give it")));
        String[] lines = {
            "error[FILE_NOT_FOUND]: a.json: no such file; check the path",
            "error[MISSING_KEY]: b.json: fwi: missing; give it"
        };
        assertPrinted(missing, 2, lines);
        assertPrinted(new RunFailedException(missing), 1, lines);
        assertPrinted(new IOException("a task failed", missing), 1, lines);
    }

    @Test
    void aFailureOfTheRunEndsWith1() {
        Problem taken = new Problem(ErrorCode.RUN_IN_USE, "run r: taken over", "wait for its end");
        assertPrinted(new InvalidInputException(List.of(taken)), 2, "error[RUN_IN_USE]: " + taken.message());
        assertPrinted(new RunFailedException(taken), 1, "error[RUN_IN_USE]: " + taken.message());
        assertPrinted(
                new InvalidInputException(ErrorCode.UNITS_IN_USE, "units", "wait"),
                1,
                "error[UNITS_IN_USE]: units; wait");
    }

    private static void assertPrinted(Exception e, int exitCode, String... lines) {
        StringWriter printed = new StringWriter();
        ErrorLines.print(new PrintWriter(printed, true), Failure.of(e));
        assertThat(printed.toString().lines()).containsExactly(lines);
        assertThat(ExitCode.of(e)).isEqualTo(exitCode);
    }
}
