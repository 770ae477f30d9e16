package io.octospark.error;

import java.util.stream.Collectors;

/** The texts that messages are made of: causes, counts, and text from outside that a terminal may show. */
public final class Messages {
    private static final String CUT = "...";
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Messages() {}

    /** Returns the root cause, or the exception itself. */
    public static Throwable rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Returns the root cause's message in one line, or its class if it has no message. */
    public static String cause(Throwable e) {
        Throwable root = rootCause(e);
        boolean silent = root.getMessage() == null || root.getMessage().isBlank();
        return silent ? root.toString() : root.getMessage().strip().replaceAll("\\s+", " ");
    }

    /** Returns a count with its noun: {@code 1 unit}, {@code 2 units}, {@code 3 passes}. */
    public static String count(long count, String noun) {
        String plural = noun + (noun.endsWith("s") ? "es" : "s");
        return count + " " + (count == 1 ? noun : plural);
    }

    /**
     * Returns the text as one line that is safe on a terminal: a question mark replaces each control character, each
     * character that changes the direction of writing, and each code point that is not a character. Joiners of letters stay.
     */
    public static String line(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> line.appendCodePoint(isShown(c) ? c : '?'));
        return line.toString();
    }

    /** Returns several lines, each as {@link #line} shows it, with spaces for tabs. */
    public static String lines(String text) {
        return text.replace("\r\n", "\n")
                .replace('\t', ' ')
                .lines()
                .map(Messages::line)
                .collect(Collectors.joining("\n"));
    }

    /** Returns JSON of the same meaning with every character that {@link #line} replaces, except line ends, escaped. */
    public static String json(String json) {
        if (json.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'))) {
            return json;
        }
        StringBuilder shown = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (c == '\n' || isShown(c)) {
                shown.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    shown.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return shown.toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            case Character.FORMAT -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
            default -> true;
        };
    }

    /** Returns the text, without its middle if it is longer than {@code characters}. */
    public static String shortened(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int end = (characters - CUT.length()) / 2;
        return text.substring(0, characters - CUT.length() - end) + CUT + text.substring(text.length() - end);
    }
}
