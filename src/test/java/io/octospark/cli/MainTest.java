package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.cli.options.ErrorLines;
import io.octospark.error.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's application master on YARN sees of a command: its exit code does not reach anybody. */
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
    void aFailureThatNobodyForesawHasACodeToo() {
        assertThat(ErrorLines.code(new IllegalStateException("a bug"))).isEqualTo(ErrorCode.INTERNAL);
    }
}
