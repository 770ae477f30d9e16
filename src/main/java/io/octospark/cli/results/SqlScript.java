package io.octospark.cli.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * SQL text, split into statements at its semicolons. Semicolons in strings, quoted names and comments do not count.
 *
 * @param statements statements that end with a semicolon
 * @param rest text after the last semicolon; null if it is only white space and comments
 */
record SqlScript(List<Statement> statements, Statement rest) {
    /**
     * One statement.
     *
     * @param text original text without the semicolon
     * @param firstWord first word in capitals, or the first character if it is not a letter
     */
    record Statement(String text, String firstWord) {}

    /** Splits a text. */
    static SqlScript of(String text) {
        List<Statement> statements = new ArrayList<>();
        int start = 0;
        int code = -1;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int comment = comment(text, i);
            if (comment > i) {
                i = comment;
            } else if (c == ';') {
                if (code >= 0) {
                    statements.add(statement(text, start, code, i));
                }
                i++;
                start = i;
                code = -1;
            } else {
                code = code < 0 && !Character.isWhitespace(c) ? i : code;
                i = c == '\'' || c == '"' || c == '`' ? quoted(text, i) : i + 1;
            }
        }
        return new SqlScript(List.copyOf(statements), code < 0 ? null : statement(text, start, code, text.length()));
    }

    /** Returns all statements; the last one needs no semicolon. */
    List<Statement> all() {
        List<Statement> all = new ArrayList<>(statements);
        if (rest != null) {
            all.add(rest);
        }
        return all;
    }

    private static Statement statement(String text, int start, int code, int end) {
        int word = code;
        while (word < end && Character.isLetter(text.charAt(word))) {
            word++;
        }
        return new Statement(
                text.substring(start, end).strip(),
                text.substring(code, Math.max(word, code + 1)).toUpperCase(Locale.ROOT));
    }

    /** Returns the end of a comment that starts here, or {@code start} if there is none. Bracketed comments nest. */
    private static int comment(String text, int start) {
        if (text.startsWith("--", start)) {
            int end = text.indexOf('\n', start);
            return end < 0 ? text.length() : end + 1;
        }
        if (!text.startsWith("/*", start)) {
            return start;
        }
        int depth = 0;
        int i = start;
        do {
            boolean opens = text.startsWith("/*", i);
            boolean closes = text.startsWith("*/", i);
            depth += opens ? 1 : closes ? -1 : 0;
            i += opens || closes ? 2 : 1;
        } while (depth > 0 && i < text.length());
        return Math.min(i, text.length());
    }

    /** Returns the end of the quoted text that starts here. */
    private static int quoted(String text, int start) {
        char quote = text.charAt(start);
        int i = start + 1;
        while (i < text.length() && text.charAt(i) != quote) {
            i += text.charAt(i) == '\\' && quote != '`' ? 2 : 1;
        }
        return Math.min(i + 1, text.length());
    }
}
