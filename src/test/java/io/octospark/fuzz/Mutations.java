package io.octospark.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages sound input: bytes, text by its words and numbers, JSON by its values. For many threads. */
public final class Mutations {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Where types of numbers, and limits of formats, end. */
    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        2,
        7,
        8,
        9,
        100,
        127,
        128,
        255,
        256,
        1000,
        4096,
        32_767,
        32_768,
        65_535,
        65_536,
        1 << 20,
        100_000,
        1_000_000,
        1 << 30,
        Integer.MAX_VALUE - 8,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        1L << 53,
        1_000_000_000_000L,
        Long.MAX_VALUE / 8,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final String[] NUMBERS = {
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "1e309",
        "1e308",
        "4.9e-324",
        "-0",
        "-0.0",
        "0.1",
        "1e2147483648",
        "1E+0",
        "0x10",
        "0x1p3",
        "1f",
        "1d",
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "inf",
        "+1",
        "00",
        ".5",
        "5.",
        "1_000",
        "1,000",
        "1e",
        "--1",
        "18446744073709551616",
        "99999999999999999999999999999999999999",
        "0.000000000000000000000000000000000000000001"
    };

    private static final String[] ODD = {
        "\0",
        "\u0001",
        "\u001b[2J",
        "\u001b]0;title\u0007",
        "\u007f",
        "\u0085",
        "\u009b2J",
        "\u00ad",
        "\u200d",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\uffff",
        "\ud83d\ude00",
        "a\u0301\u0301\u0301\u0301",
        "\r",
        "\n",
        "\r\n",
        "\t",
        "\u000b",
        "\f",
        " ",
        "",
        "\\",
        "\\u0000",
        "\\ud800",
        "\\u202e",
        "\\n",
        "\"",
        "'",
        "''",
        "`",
        ";",
        "--",
        "/*",
        "*/",
        "//",
        "#",
        "%s%n%99999999d",
        "${x}",
        "$1",
        "../../../../etc/passwd",
        "..",
        "/",
        "/dev/zero",
        "/dev/null",
        "/proc/self/mem",
        "file:///etc/passwd",
        "http://[::1",
        "hdfs://",
        "~",
        "~root/x",
        "C:\\x",
        "a:b",
        "?",
        "*",
        "{a,b}",
        "' OR '1'='1",
        "<script>",
        "&lt;",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "&a;",
        "]]>",
        "null",
        "true",
        "[Source: ",
        " (a, from `b`)",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "NaN",
        "nan"
    };

    /** Bytes that are not UTF-8: halves of pairs, long forms, what is left of cut characters. */
    private static final byte[][] NOT_UTF8 = {
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xff},
        {(byte) 0xfe, (byte) 0xff},
        {(byte) 0xe2, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0x80},
        {0x7b, 0, 0, 0},
        {0, 0, 0, 0x7b}
    };

    private Mutations() {}

    /** Bytes of one of some files, damaged. */
    public static byte[] ofBytes(SplittableRandom random, List<byte[]> sound) {
        byte[] bytes = sound.get(random.nextInt(sound.size())).clone();
        for (int edits = edits(random); edits > 0; edits--) {
            bytes = editBytes(random, bytes, sound.get(random.nextInt(sound.size())));
        }
        return bytes;
    }

    /** Text of one of some files, damaged. */
    public static byte[] ofText(SplittableRandom random, List<byte[]> sound) {
        byte[] bytes = sound.get(random.nextInt(sound.size())).clone();
        for (int edits = edits(random); edits > 0; edits--) {
            bytes = random.nextInt(8) == 0
                    ? editBytes(random, bytes, sound.get(random.nextInt(sound.size())))
                    : editText(random, bytes);
        }
        return bytes;
    }

    /** One of some JSON objects with other values, often still JSON. */
    public static byte[] ofJson(SplittableRandom random, List<JsonNode> sound) {
        JsonNode root = sound.get(random.nextInt(sound.size())).deepCopy();
        for (int edits = edits(random); edits > 0; edits--) {
            editJson(random, root, sound.get(random.nextInt(sound.size())));
        }
        byte[] bytes;
        try {
            bytes = MAPPER.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int edits = random.nextInt(4) == 0 ? edits(random) : 0; edits > 0; edits--) {
            bytes = editText(random, bytes);
        }
        return bytes;
    }

    /** Mostly one or two, so that much is sound still. */
    private static int edits(SplittableRandom random) {
        int edits = 1;
        while (edits < 10 && random.nextInt(2) == 0) {
            edits++;
        }
        return edits;
    }

    private static byte[] editBytes(SplittableRandom random, byte[] bytes, byte[] other) {
        if (bytes.length == 0) {
            return other.clone();
        }
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(bytes.length - at, 1 + random.nextInt(400)));
        switch (random.nextInt(11)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                return splice(bytes, at, length, new byte[0]);
            }
            case 4 -> {
                int from = random.nextInt(other.length + 1);
                int to = Math.min(other.length, from + length);
                return splice(bytes, at, random.nextBoolean() ? 0 : to - from, Arrays.copyOfRange(other, from, to));
            }
            case 5 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : random.nextInt()));
            case 6 -> {
                return splice(bytes, bytes.length, 0, new byte[length(random)]);
            }
            default -> {
                long value = INTEGERS[random.nextInt(INTEGERS.length)] + random.nextInt(3) - 1;
                int size = 2 << random.nextInt(3);
                // Fields are often aligned.
                int place = random.nextInt(3) == 0 ? at : at & -size;
                if (place + size <= bytes.length) {
                    ByteBuffer buffer = ByteBuffer.wrap(bytes)
                            .order(random.nextInt(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                    switch (size) {
                        case 2 -> buffer.putShort(place, (short) value);
                        case 4 -> buffer.putInt(place, (int) value);
                        default -> buffer.putLong(place, value);
                    }
                }
            }
        }
        return bytes;
    }

    /** A length: mostly small, rarely about a megabyte. */
    private static int length(SplittableRandom random) {
        return switch (random.nextInt(512)) {
            case 0 -> random.nextInt(1 << 20);
            case 1, 2, 3, 4, 5, 6, 7, 8 -> random.nextInt(1 << 13);
            default -> random.nextInt(200);
        };
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
        int end = Math.min(bytes.length, at + removed);
        byte[] result = Arrays.copyOf(bytes, at + inserted.length + bytes.length - end);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, end, result, at + inserted.length, bytes.length - end);
        return result;
    }

    private static byte[] editText(SplittableRandom random, byte[] bytes) {
        if (bytes.length == 0) {
            return piece(random);
        }
        int[] token = token(bytes, random.nextInt(bytes.length));
        int[] other = token(bytes, random.nextInt(bytes.length));
        int length = token[1] - token[0];
        return switch (random.nextInt(9)) {
            case 0 -> splice(bytes, token[0], length, new byte[0]);
            case 1 -> splice(bytes, token[0], length, Arrays.copyOfRange(bytes, other[0], other[1]));
            case 2 -> splice(bytes, token[0], 0, Arrays.copyOfRange(bytes, other[0], other[1]));
            case 3 -> {
                int from = Math.min(token[0], other[0]);
                byte[] span = Arrays.copyOfRange(bytes, from, Math.max(token[1], other[1]));
                yield random.nextBoolean()
                        ? splice(bytes, from, span.length, new byte[0])
                        : splice(bytes, from, 0, repeated(span, 1 + length(random) / span.length));
            }
            case 4 -> splice(bytes, token[0], length, number(random).getBytes(StandardCharsets.UTF_8));
            case 5 ->
                splice(
                        bytes,
                        token[0],
                        0,
                        repeated(Arrays.copyOfRange(bytes, token[0], token[1]), 1 + length(random) / length));
            case 6 ->
                splice(
                        bytes,
                        token[0] + random.nextInt(length + 1),
                        0,
                        repeated(piece(random), 1 + length(random) / 8));
            default -> splice(bytes, token[0] + random.nextInt(length + 1), random.nextInt(2) * length, piece(random));
        };
    }

    private static byte[] piece(SplittableRandom random) {
        return random.nextInt(8) == 0
                ? NOT_UTF8[random.nextInt(NOT_UTF8.length)]
                : ODD[random.nextInt(ODD.length)].getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] repeated(byte[] bytes, int times) {
        ByteArrayOutputStream repeated = new ByteArrayOutputStream(bytes.length * times);
        for (int i = 0; i < times; i++) {
            repeated.writeBytes(bytes);
        }
        return repeated.toByteArray();
    }

    private static String number(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> Long.toString(INTEGERS[random.nextInt(INTEGERS.length)]);
            case 1 -> Integer.toString(random.nextInt(300));
            case 2 -> Double.toString((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(20)));
            case 3 -> (random.nextBoolean() ? "0." : "") + "7".repeat(1 + length(random));
            default -> NUMBERS[random.nextInt(NUMBERS.length)];
        };
    }

    /** The word, number or sign around a place. */
    private static int[] token(byte[] bytes, int at) {
        int start = at;
        int end = at + 1;
        if (isWord(bytes[at])) {
            while (start > 0 && isWord(bytes[start - 1])) {
                start--;
            }
            while (end < bytes.length && isWord(bytes[end])) {
                end++;
            }
        }
        return new int[] {start, end};
    }

    private static boolean isWord(byte b) {
        return b < 0 || Character.isLetterOrDigit(b) || b == '.' || b == '-' || b == '+' || b == '_';
    }

    private static void editJson(SplittableRandom random, JsonNode root, JsonNode other) {
        ContainerNode<?> parent = container(random, root);
        JsonNode value = value(random, other);
        if (parent instanceof ArrayNode array) {
            int size = array.size();
            switch (size == 0 ? 0 : random.nextInt(4)) {
                case 0 -> array.add(value);
                case 1 -> array.remove(random.nextInt(size));
                case 2 -> {
                    JsonNode one = array.get(random.nextInt(size));
                    for (int i = length(random) / 8; i > 0; i--) {
                        array.add(one);
                    }
                }
                default -> array.set(random.nextInt(size), value);
            }
            return;
        }
        ObjectNode object = (ObjectNode) parent;
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        String key = keys.isEmpty() ? "name" : keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(6)) {
            case 0 -> object.remove(key);
            case 1 -> object.set(key + text(random), object.get(key));
            case 2 -> {
                // Objects of the other file, so that keys get where they belong.
                JsonNode given = other.get(key);
                if (given != null) {
                    object.set(key, given.deepCopy());
                }
            }
            default -> object.set(key, value);
        }
    }

    /** A list or an object of the tree. */
    private static ContainerNode<?> container(SplittableRandom random, JsonNode root) {
        ContainerNode<?> place = (ContainerNode<?>) root;
        while (random.nextInt(4) != 0) {
            List<ContainerNode<?>> inner = new ArrayList<>();
            for (JsonNode child : place) {
                if (child instanceof ContainerNode<?> container) {
                    inner.add(container);
                }
            }
            if (inner.isEmpty()) {
                return place;
            }
            place = inner.get(random.nextInt(inner.size()));
        }
        return place;
    }

    private static JsonNode value(SplittableRandom random, JsonNode other) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return switch (random.nextInt(10)) {
            case 0 -> factory.nullNode();
            case 1 -> factory.booleanNode(random.nextBoolean());
            case 2 -> factory.textNode(text(random));
            case 3 -> factory.textNode(ODD[random.nextInt(ODD.length)].repeat(1 + length(random) / 8));
            case 4 -> nested(random);
            case 5 -> container(random, other).deepCopy();
            case 6 -> factory.arrayNode().add(text(random)).add(1);
            default -> {
                String number = number(random);
                yield number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")
                        ? factory.rawValueNode(new RawValue(number))
                        : factory.textNode(number);
            }
        };
    }

    private static String text(SplittableRandom random) {
        String odd = ODD[random.nextInt(ODD.length)];
        return switch (random.nextInt(4)) {
            case 0 -> odd;
            case 1 -> "x" + odd + "y";
            case 2 -> "a".repeat(length(random));
            default -> number(random);
        };
    }

    private static JsonNode nested(SplittableRandom random) {
        JsonNode node = JsonNodeFactory.instance.numberNode(1);
        // Not deeper than can be written.
        for (int depth = random.nextInt(random.nextInt(8) == 0 ? 500 : 8); depth > 0; depth--) {
            node = random.nextBoolean()
                    ? JsonNodeFactory.instance.arrayNode().add(node)
                    : JsonNodeFactory.instance.objectNode().set("x", node);
        }
        return node;
    }
}
