package io.octospark.model.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One object of a JSON configuration. Every key that is asked for is checked; what is wrong with it is added to the list
 * of problems with file, key, value, limit and remedy, and a stand-in value is returned, so that all problems of a file
 * are found in one go. {@link #end()} reports the keys that nobody asked for.
 */
final class ConfigObject {
    private final String file;
    private final String path;
    private final JsonNode node;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * @param file name for messages
     * @param path key of this object, empty at the top
     * @param problems where problems are added
     */
    ConfigObject(String file, String path, JsonNode node, List<String> problems) {
        this.file = file;
        this.path = path;
        this.node = node;
        this.problems = problems;
    }

    boolean has(String key) {
        known.add(key);
        return node.hasNonNull(key);
    }

    JsonNode node(String key) {
        known.add(key);
        return node.path(key);
    }

    /** A whole number within limits, required. */
    int integer(String key, int min, int max) {
        JsonNode value = required(key, "a whole number");
        if (value == null) {
            return min;
        }
        // 20.0 is a whole number to the ancestors' readers as well.
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        if (!(number >= min && number <= max && number == Math.rint(number))) {
            invalid(key, value, "must be a whole number from " + min + " to " + max, "correct the value");
            return min;
        }
        return (int) number;
    }

    int integer(String key, int min, int max, int defaultValue) {
        return has(key) ? integer(key, min, max) : defaultValue;
    }

    /** A finite number, required. */
    double number(String key) {
        JsonNode value = required(key, "a number");
        if (value == null) {
            return 1;
        }
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            invalid(key, value, "must be a finite number", "correct the value");
            return 1;
        }
        return value.asDouble();
    }

    /** A number above zero, required. */
    double positive(String key) {
        double value = number(key);
        if (!(value > 0)) {
            invalid(key, node.get(key), "must be above 0", "correct the value");
            return 1;
        }
        return value;
    }

    double positive(String key, double defaultValue) {
        return has(key) ? positive(key) : defaultValue;
    }

    /** A number of zero or more. */
    double notNegative(String key, double defaultValue) {
        if (!has(key)) {
            return defaultValue;
        }
        double value = number(key);
        if (!(value >= 0)) {
            invalid(key, node.get(key), "must be 0 or more", "correct the value");
            return defaultValue;
        }
        return value;
    }

    /** Text that is not empty, or nothing. */
    Optional<String> text(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        JsonNode value = node.get(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            invalid(key, value, "must be text in quotes, not empty", "correct the value");
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    boolean flag(String key, boolean defaultValue) {
        if (!has(key)) {
            return defaultValue;
        }
        JsonNode value = node.get(key);
        if (!value.isBoolean()) {
            invalid(key, value, "must be true or false", "correct the value");
            return defaultValue;
        }
        return value.booleanValue();
    }

    /** One of the values of an enum, by the name that {@code toString} gives. */
    <E extends Enum<E>> E choice(String key, Class<E> type, E defaultValue) {
        Optional<String> name = text(key);
        if (name.isEmpty()) {
            return defaultValue;
        }
        E[] values = type.getEnumConstants();
        for (E value : values) {
            if (value.toString().equals(name.get())) {
                return value;
            }
        }
        String names = Arrays.stream(values).map(E::toString).collect(Collectors.joining(", "));
        invalid(key, node.get(key), "must be one of " + names, "choose one");
        return defaultValue;
    }

    /** A nested object, required; an empty one stands in for it if it is missing. */
    ConfigObject object(String key) {
        JsonNode value = required(key, "an object { }");
        if (value == null) {
            // Its keys were never given, so their absence is not worth a line each.
            return new ConfigObject(file, child(key), node.path(key), new ArrayList<>());
        }
        if (!value.isObject()) {
            invalid(key, value, "must be an object { }", "correct the value");
            return new ConfigObject(file, child(key), value, new ArrayList<>());
        }
        return new ConfigObject(file, child(key), value, problems);
    }

    /** The objects of a list, or none. */
    List<ConfigObject> objects(String key) {
        List<ConfigObject> objects = new ArrayList<>();
        if (!has(key)) {
            return objects;
        }
        JsonNode list = node.get(key);
        if (!list.isArray()) {
            invalid(key, list, "must be a list [ ] of objects", "correct the value");
            return objects;
        }
        for (int i = 0; i < list.size(); i++) {
            String name = child(key) + "[" + i + "]";
            if (list.get(i).isObject()) {
                objects.add(new ConfigObject(file, name, list.get(i), problems));
            } else {
                problems.add(file + ": " + name + " = " + shorten(list.get(i)) + ": must be an object { }; correct it");
            }
        }
        return objects;
    }

    /** The names among {@code keys} that are given; they are accepted and have no effect. */
    List<String> withoutEffect(String... keys) {
        return Arrays.stream(keys).filter(this::has).map(this::child).toList();
    }

    /** Adds a problem with the value of a key. */
    void invalid(String key, JsonNode value, String limit, String remedy) {
        problems.add(file + ": " + child(key) + " = " + shorten(value) + ": " + limit + "; " + remedy);
    }

    /** Adds a problem with the value of a key. */
    void invalid(String key, String limit, String remedy) {
        invalid(key, node.path(key), limit, remedy);
    }

    /** Reports the keys that nobody asked for. */
    void end() {
        Iterator<String> names = node.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!known.contains(name)) {
                problems.add(file + ": " + child(name) + ": unknown key; known keys are " + String.join(", ", known)
                        + "; correct or remove it");
            }
        }
    }

    private JsonNode required(String key, String what) {
        known.add(key);
        if (!node.hasNonNull(key)) {
            problems.add(file + ": " + child(key) + ": missing; give " + what);
            return null;
        }
        return node.get(key);
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shorten(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
