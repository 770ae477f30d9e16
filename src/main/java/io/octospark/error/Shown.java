package io.octospark.error;

import java.util.stream.Collectors;

/** Text that came from elsewhere, as messages can show it. */
public final class Shown {
    private static final String CUT = "...";
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Shown() {}

    /**
     * The text in one line that a terminal shows as it stands: a question mark for every character that controls it, turns
     * the direction of writing, or is none. What joins letters stays.
     */
    public static String line(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> line.appendCodePoint(isShown(c) ? c : '?'));
        return line.toString();
    }

    /** Several lines of which each is shown as {@link #line} does, with spaces for tabs. */
    public static String lines(String text) {
        return text.replace("\r\n", "\n")
                .replace('\t', ' ')
                .lines()
                .map(Shown::line)
                .collect(Collectors.joining("\n"));
    }

    /** JSON of the same meaning in which what {@link #line} does not show, line ends excepted, is written as its number. */
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

    /** The text with at most so many characters: of a longer one its beginning and its end. */
    public static String ends(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int end = (characters - CUT.length()) / 2;
        return text.substring(0, characters - CUT.length() - end) + CUT + text.substring(text.length() - end);
    }
}
