package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * The header of a NumPy .npy file.
 *
 * @param descr type of the numbers, for example {@code <f8}; a structured type as it is written
 * @param fortranOrder true if the first index runs fastest
 * @param shape lengths of the array, none negative
 * @param dataOffset offset of the first number, in bytes
 */
record NpyHeader(String descr, boolean fortranOrder, List<Long> shape, long dataOffset) {
    static final int MAX_BYTES = 1 << 16;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");

    /**
     * Matches {@code 'key': value} and the comma or brace after it. Possessive, so that no input makes it backtrack.
     */
    private static final Pattern ENTRY = Pattern.compile("\\s*+(['\"])(\\w++)\\1\\s*+:\\s*+"
            + "('[^']*+'|\"[^\"]*+\"|\\([^()]*+\\)|\\[[^\\[\\]]*+\\]|\\w++)\\s*+(?:,|(?=\\}))");

    /**
     * Reads a header from the start of a file.
     *
     * @param path path for error messages
     * @throws InvalidInputException if there is no header of format version 1.0, 2.0 or 3.0
     */
    static NpyHeader read(DataInputStream in, Path path) throws IOException {
        try {
            byte[] magic = new byte[MAGIC.length];
            in.readFully(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw invalid(path, "does not start with \\x93NUMPY as .npy files do", "write it with numpy.save");
            }
            int major = in.readUnsignedByte();
            int minor = in.readUnsignedByte();
            if (major < 1 || major > 3 || minor != 0) {
                throw invalid(
                        path,
                        "has .npy format version %d.%d, it must be 1.0, 2.0 or 3.0".formatted(major, minor),
                        "write it with numpy.save");
            }
            int lengthBytes = major == 1 ? 2 : 4;
            long length = major == 1
                    ? Short.toUnsignedLong(Short.reverseBytes(in.readShort()))
                    : Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
            if (length > MAX_BYTES) {
                throw invalid(
                        path,
                        "has a header of %d bytes, at most %d are read".formatted(length, MAX_BYTES),
                        "write it with numpy.save");
            }
            byte[] text = new byte[(int) length];
            in.readFully(text);
            long dataOffset = MAGIC.length + 2 + lengthBytes + length;
            return parse(new String(text, StandardCharsets.UTF_8).strip(), dataOffset, path);
        } catch (EOFException e) {
            throw invalid(path, "ends within its .npy header", "copy or write the file again");
        }
    }

    private static NpyHeader parse(String text, long dataOffset, Path path) {
        Map<String, String> entries = entries(text);
        String order = entries.getOrDefault("fortran_order", "");
        if (!entries.keySet().equals(KEYS) || !(order.equals("True") || order.equals("False"))) {
            throw invalid(
                    path,
                    ("has the header \"%s\", it must be {'descr': '<f8', 'fortran_order': False,"
                                    + " 'shape': (n, nz, nx)} or alike")
                            .formatted(DataFiles.shown(text)),
                    "write it with numpy.save");
        }
        String descr = entries.get("descr").replaceAll("^['\"]|['\"]$", "");
        return new NpyHeader(descr, order.equals("True"), shape(entries.get("shape"), path), dataOffset);
    }

    /** Returns the entries of a Python dictionary as they are written; empty if it is not one, or has a key twice. */
    private static Map<String, String> entries(String text) {
        Map<String, String> entries = new HashMap<>();
        if (!text.startsWith("{")) {
            return entries;
        }
        int position = 1;
        Matcher entry = ENTRY.matcher(text).region(position, text.length());
        while (entry.lookingAt()) {
            if (entries.put(entry.group(2), entry.group(3)) != null) {
                return Map.of();
            }
            position = entry.end();
            entry.region(position, text.length());
        }
        return text.substring(position).strip().equals("}") ? entries : Map.of();
    }

    private static List<Long> shape(String tuple, Path path) {
        if (tuple.matches("\\(\\s*+\\)")) {
            return List.of();
        }
        try {
            if (tuple.startsWith("(")) {
                // A comma at the end belongs to (5,) and adds no part here.
                String[] lengths =
                        tuple.substring(1, tuple.length() - 1).stripTrailing().split(",");
                List<Long> shape =
                        Stream.of(lengths).map(String::strip).map(Long::valueOf).toList();
                if (shape.stream().allMatch(length -> length >= 0)) {
                    return shape;
                }
            }
        } catch (NumberFormatException e) {
            // The exception below reports it.
        }
        throw invalid(
                path,
                "has the shape %s, it must be a tuple of whole numbers from 0 to 2^63 - 1"
                        .formatted(DataFiles.shown(tuple)),
                "write it with numpy.save");
    }

    private static InvalidInputException invalid(Path path, String what, String remedy) {
        return new InvalidInputException(ErrorCode.DATA_FORMAT, path + ": " + what, remedy);
    }
}
