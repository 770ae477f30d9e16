package io.octospark.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class InvalidInputExceptionTest {
    private static final Problem A = new Problem(ErrorCode.DATA_FORMAT, "a", "b");

    @Test
    void problemsAreLinesThatNoTerminalObeys() {
        assertThat(new InvalidInputException(
                                ErrorCode.DATA_FORMAT,
                                "a\nb\u001b[2J\u009b\u2028\u202e\ud800\uffffc\u200dd \u00e9 \ud83d\ude00 \u6ce2",
                                "e\nf")
                        .messages())
                .containsExactly("a?b?[2J?????c\u200dd \u00e9 \ud83d\ude00 \u6ce2; e?f");
    }

    @Test
    void ofLongProblemsTheMiddleIsLeftOut() {
        InvalidInputException e =
                new InvalidInputException(ErrorCode.DATA_FORMAT, "file: " + "x".repeat(1 << 20), "correct it");

        assertThat(e.getMessage())
                .hasSize(1000)
                .startsWith("file: xxx")
                .contains("xxx...xxx")
                .endsWith("xxx; correct it");
        assertThat(new InvalidInputException(ErrorCode.DATA_FORMAT, "x".repeat(987), "correct it!").getMessage())
                .isEqualTo("x".repeat(987) + "; correct it!");
        assertThat(new InvalidInputException(ErrorCode.DATA_FORMAT, "file", "y".repeat(1 << 20)).getMessage())
                .startsWith("file; yyy")
                .hasSizeLessThan(1000);
    }

    @Test
    void ofManyProblemsTheFirstHundredAreNamed() {
        assertThat(new InvalidInputException(Collections.nCopies(100, A)).problems())
                .hasSize(100);
        assertThat(new InvalidInputException(Collections.nCopies(1_000_000, A)).messages())
                .hasSize(101)
                .endsWith("a; b", "There are more than these 100 problems; correct them first");
    }
}
