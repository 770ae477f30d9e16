package io.octospark.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.InvalidInputException;
import io.octospark.fuzz.Fuzz;
import io.octospark.fuzz.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    @Test
    void splitsAsXargsDoes() {
        assertThat(ShellWords.split("X", "")).isEmpty();
        assertThat(ShellWords.split("X", "  -F\t/dev/null \n -o 'a=b c'\"d 'e'\" \\'f\\ g '' '\\' "))
                .containsExactly("-F", "/dev/null", "-o", "a=b cd 'e'", "'f g", "", "\\");
    }

    @Test
    void refusesAQuoteWithoutEnd() {
        assertThatThrownBy(() -> ShellWords.split("OCTOSPARK_SSH_OPTS", "-o 'a b"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("OCTOSPARK_SSH_OPTS has an unmatched quote; correct the variable");
    }

    @Test
    void quotesForBash() {
        assertThat(ShellWords.quoted("it's $HOME")).isEqualTo("'it'\\''s $HOME'");
    }

    @Test
    void wordsInQuotesAreSplitAgain() {
        byte[] sound = "-F /dev/null -o 'a=b c'\"d 'e'\" \\'f\\ g".getBytes(StandardCharsets.UTF_8);

        Fuzz.run("shell words", 20_000, random -> Mutations.ofText(random, List.of(sound)), input -> () -> {
            List<String> words = ShellWords.split(
                    "X", new String(input, 0, Math.min(input.length, 100_000), StandardCharsets.UTF_8));
            String quoted = words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
            assertThat(ShellWords.split("X", quoted)).isEqualTo(words);
            return words;
        });
    }
}
