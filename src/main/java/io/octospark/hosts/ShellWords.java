package io.octospark.hosts;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/** Conversion between texts and words of a shell. */
final class ShellWords {
    private ShellWords() {}

    /** Quotes a text as one word of bash. */
    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /**
     * Splits a text with quotes into words by the rules that {@code xargs} applies for the scripts. Quotes protect
     * spaces; outside quotes, a backslash protects the next character.
     *
     * @param name the variable that contains the text
     * @throws InvalidInputException if a quote is not closed
     */
    static List<String> split(String name, String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote == 0 ? c : 0;
            } else if (quote == 0 && c == '\\' && i + 1 < text.length()) {
                i++;
                word.append(text.charAt(i));
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw new InvalidInputException(
                    ErrorCode.ENVIRONMENT_VARIABLE, name + " has an unmatched quote", "correct the variable");
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
