package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hadoop.fs.Path;

/**
 * Reader of text with one number per line. Lines end with LF or CRLF, the last one with either or neither. A UTF-8 byte
 * order mark is skipped. Blank lines are allowed only at the very end, so line n holds number n.
 *
 * @see TextGridFile
 */
final class NumberLines implements ValueSource {
    static final int MAX_LINE_BYTES = 4096;

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final Path path;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    private final byte[] line = new byte[MAX_LINE_BYTES];
    private long offset;
    private long lineNumber;
    private long start;
    private double value;

    /**
     * Makes a reader.
     *
     * @param in the file from the first byte of a line on; closed with this reader
     * @param path path for error messages
     * @param offset offset of that byte in the file
     * @param linesBefore number of lines before it
     */
    NumberLines(InputStream in, Path path, long offset, long linesBefore) {
        this.in = in;
        this.path = path;
        this.offset = offset;
        this.lineNumber = linesBefore;
    }

    /**
     * Reads the next number. Returns false at the end.
     *
     * @throws InvalidInputException if a line is not a number; names file, line and text
     */
    boolean next() throws IOException {
        long blank = 0;
        while (true) {
            start = offset;
            int length = readLine();
            if (length < 0) {
                return false;
            }
            String text = text(length);
            if (!text.isEmpty()) {
                if (blank > 0) {
                    throw invalid(blank, "is blank but numbers follow", "remove the blank line");
                }
                value = parse(text);
                return true;
            }
            if (blank == 0) {
                blank = lineNumber;
            }
        }
    }

    /** Returns the number that {@link #next} read. */
    double value() {
        return value;
    }

    /** Returns the offset of the line of {@link #value} in the file, in bytes. */
    long start() {
        return start;
    }

    @Override
    public void fill(double[] values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            if (!next()) {
                throw new EOFException("the file ends after line " + lineNumber);
            }
            values[i] = value;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Copies the next line without its LF. Returns its length, or -1 at the end of the file. */
    private int readLine() throws IOException {
        int length = 0;
        boolean some = false;
        while (position < limit || refill()) {
            if (!some) {
                some = true;
                lineNumber++;
            }
            byte next = buffer[position++];
            offset++;
            if (next == '\n') {
                return length;
            }
            if (length == MAX_LINE_BYTES) {
                throw invalid(lineNumber, "is longer than " + MAX_LINE_BYTES + " bytes", "write one number per line");
            }
            line[length++] = next;
        }
        return some ? length : -1;
    }

    private boolean refill() throws IOException {
        position = 0;
        limit = Math.max(in.read(buffer), 0);
        return limit > 0;
    }

    private String text(int length) {
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        return (start == 0 && text.startsWith("\uFEFF") ? text.substring(1) : text).strip();
    }

    private double parse(String text) {
        try {
            // parseDouble trims control characters, but the zero bytes at the end of a damaged file must not pass as
            // white space.
            if (text.trim().length() == text.length()) {
                return Double.parseDouble(text);
            }
        } catch (NumberFormatException e) {
            switch (text.toLowerCase(Locale.ROOT)) {
                case "nan", "+nan", "-nan" -> {
                    return Double.NaN;
                }
                case "inf", "+inf", "infinity", "+infinity" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-inf", "-infinity" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                default -> {}
            }
        }
        throw invalid(lineNumber, "'" + DataFiles.shown(text) + "' is not a number", "write one number per line");
    }

    private InvalidInputException invalid(long number, String what, String remedy) {
        return new InvalidInputException(ErrorCode.DATA_FORMAT, "%s: line %d %s".formatted(path, number, what), remedy);
    }
}
