package io.octospark.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.error.Problem;
import io.octospark.error.UriPasswords;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One object of a JSON configuration. It checks every key that a caller asks for. Each problem is one line with file,
 * key, value, limit and remedy. A faulty value is replaced by 0, NaN, the default or an empty result; callers leave
 * such values out of further checks, so that one fault causes one line only. {@link #end()} reports the keys that no
 * caller asked for. A key whose value is null counts as not given.
 *
 * <p>An object may lie over a base, from which it takes the keys that it does not give itself. A problem names the
 * place where the value stands.
 */
public final class ConfigObject {
    private static final int MAX_TEXT = 4096;
    private static final String TEXT = "text of 1 to " + MAX_TEXT + " characters without control characters";
    private static final int SHOWN_CHARACTERS = 60;

    private final Path file;
    private final String path;
    private final ObjectNode node;
    private final ConfigObject base;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * Makes the object of a whole file.
     *
     * @param file file that messages name and that the names of other files are relative to
     * @param findings receives problems and notices
     */
    ConfigObject(Path file, ObjectNode node, Findings findings) {
        this(file, "", node, null, findings);
    }

    private ConfigObject(Path file, String path, ObjectNode node, ConfigObject base, Findings findings) {
        this.file = file;
        this.path = path;
        this.node = node;
        this.base = base;
        this.findings = findings;
    }

    /**
     * Reads a file.
     *
     * @param reader makes the result from the file's object
     * @throws InvalidInputException if the file is faulty; names all problems
     */
    public static <T> T read(Path file, Function<ConfigObject, T> reader) {
        return read(file, JsonFile.read(file), reader);
    }

    /** Reads text that was a file of this name. Otherwise the same as {@link #read}. */
    public static <T> T parse(Path name, String json, Function<ConfigObject, T> reader) {
        return read(name, JsonFile.parse(name, json), reader);
    }

    private static <T> T read(Path file, ObjectNode node, Function<ConfigObject, T> reader) {
        Findings findings = new Findings();
        ConfigObject config = new ConfigObject(file, node, findings);
        T read = reader.apply(config);
        config.end();
        findings.requireNoProblem();
        return read;
    }

    /** Returns whether a key is given. */
    public boolean has(String key) {
        return !value(key).isNull();
    }

    /** Returns the value of a key as it is written, or JSON's null if the key is not given. */
    JsonNode value(String key) {
        known.add(key);
        JsonNode value = giver(key).node.get(key);
        return value == null ? JsonNodeFactory.instance.nullNode() : value;
    }

    /** Returns a required whole number within limits, or 0 if it is faulty. */
    long wholeNumber(String key, long min, long max) {
        // The ancestors' readers also accept 20.0 as a whole number.
        double number = value(key).isNumber() ? value(key).asDouble() : Double.NaN;
        if (!(number >= min && number <= max && number == Math.rint(number))) {
            isNot(key, "a whole number from " + min + " to " + max);
            return 0;
        }
        return (long) number;
    }

    /** Returns a required whole number within limits, or 0 if it is faulty. */
    public int integer(String key, int min, int max) {
        return (int) wholeNumber(key, min, max);
    }

    int integer(String key, int min, int max, int defaultValue) {
        return has(key) ? integer(key, min, max) : defaultValue;
    }

    /** Returns a required number within limits, or NaN if it is faulty. */
    double number(String key, double min, double max) {
        double number = value(key).isNumber() ? value(key).asDouble() : Double.NaN;
        if (!(number >= min && number <= max)) {
            isNot(key, "a number from " + shown(min) + " to " + shown(max));
            return Double.NaN;
        }
        return number;
    }

    double number(String key, double min, double max, double defaultValue) {
        return has(key) ? number(key, min, max) : defaultValue;
    }

    /** Returns text; empty if the key is not given or faulty. */
    public Optional<String> text(String key) {
        Optional<String> text = Optional.ofNullable(value(key).textValue()).filter(ConfigObject::isText);
        if (has(key) && text.isEmpty()) {
            isNot(key, TEXT);
        }
        return text;
    }

    /** Returns whether a text is fit for names and paths. */
    static boolean isText(String text) {
        return !text.isBlank() && text.length() <= MAX_TEXT && text.equals(Messages.line(text));
    }

    boolean flag(String key, boolean defaultValue) {
        if (has(key) && !value(key).isBoolean()) {
            isNot(key, "true or false");
            return defaultValue;
        }
        return has(key) ? value(key).booleanValue() : defaultValue;
    }

    /** Returns a value of an enum by the name that its {@code toString} gives. */
    <E extends Enum<E>> E choice(String key, Class<E> type, E defaultValue) {
        return choice(key, List.of(type.getEnumConstants()), defaultValue);
    }

    /** Returns one of the given values of an enum. */
    <E extends Enum<E>> E choice(String key, List<E> values, E defaultValue) {
        for (E value : values) {
            if (value.toString().equals(value(key).textValue())) {
                return value;
            }
        }
        if (has(key)) {
            isNot(key, "one of " + values.stream().map(E::toString).collect(Collectors.joining(", ")));
        }
        return defaultValue;
    }

    /** Returns a required object. An empty object stands in for a faulty one; its missing keys are not reported. */
    ConfigObject object(String key) {
        if (base != null && giver(key) != this) {
            known.add(key);
            return base.object(key);
        }
        if (!(value(key) instanceof ObjectNode object)) {
            isNot(key, "an object { }");
            return standIn();
        }
        return new ConfigObject(file, child(key), object, base == null ? null : base.object(key), findings);
    }

    /** Returns an object, or an empty object if the key is not given. */
    ConfigObject objectOrEmpty(String key) {
        return has(key) ? object(key) : standIn();
    }

    /** Returns a required object that lies over {@code other}. */
    ConfigObject objectOver(String key, ConfigObject other) {
        ConfigObject object = object(key);
        return new ConfigObject(object.file, object.path, object.node, other, object.findings);
    }

    /** Returns a required object. The key may also name a file with an object, which then replaces the name. */
    ConfigObject objectOrFile(String key) {
        if (value(key).isObject()) {
            return object(key);
        }
        if (!value(key).isTextual()) {
            isNot(key, "an object { } or the name of a file of one");
            return standIn();
        }
        return text(key).flatMap(name -> file(key, name)).orElseGet(this::standIn);
    }

    private Optional<ConfigObject> file(String key, String name) {
        try {
            Path other = file.resolveSibling(name);
            if (other.normalize().equals(file.normalize())) {
                conflict(key, "is this file itself", "name the file of the object");
                return Optional.empty();
            }
            ObjectNode object = JsonFile.read(other);
            node.set(key, object);
            return Optional.of(new ConfigObject(other, object, findings));
        } catch (InvalidPathException e) {
            invalid(key, "is not a path on this system: " + e.getReason(), "correct the name");
        } catch (InvalidInputException e) {
            e.problems().forEach(problem -> add(problem.at(child(key) + " = " + shown(value(key)))));
        }
        return Optional.empty();
    }

    /** Returns the objects of a list, or an empty list if the key is not given or faulty. */
    List<ConfigObject> objects(String key, int max) {
        return objects(key, 0, max);
    }

    /**
     * Returns the objects of a list with {@code min} to {@code max} items, or an empty list if the key is not given.
     */
    public List<ConfigObject> objects(String key, int min, int max) {
        JsonNode list = value(key);
        if (has(key) && (!list.isArray() || list.size() < min || list.size() > max)) {
            isNot(key, "a list [ ] of " + (min == 0 ? "at most " : min + " to ") + max + " objects");
            return List.of();
        }
        List<ConfigObject> objects = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String element = key + "[" + i + "]";
            if (list.get(i) instanceof ObjectNode object) {
                objects.add(new ConfigObject(file, child(element), object, null, findings));
            } else {
                invalid(element, list.get(i), "must be an object { }", "correct the value");
            }
        }
        return objects;
    }

    /** Returns the texts of a required list, or an empty list if one of them is faulty. */
    List<String> texts(String key, int max) {
        JsonNode list = value(key);
        if (!list.isArray() || list.isEmpty() || list.size() > max) {
            isNot(key, "a list [ ] of 1 to " + max + " texts");
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).isTextual() && isText(list.get(i).textValue())) {
                texts.add(list.get(i).textValue());
            } else {
                invalid(key + "[" + i + "]", list.get(i), "must be " + TEXT, "correct the value");
            }
        }
        return texts.size() == list.size() ? texts : List.of();
    }

    /** Returns text that names a data set; empty if it is faulty or contains a password. */
    Optional<String> uri(String key) {
        Optional<String> given = text(key);
        if (given.filter(UriPasswords::isIn).isPresent()) {
            problem(ErrorCode.SECRET_GIVEN, key, UriPasswords.REFUSAL, UriPasswords.REMEDY);
            return Optional.empty();
        }
        return given;
    }

    /** Refuses a key without showing its value. */
    void refuseSecret(String key, String remedy) {
        JsonNode given = node.remove(key);
        if (given != null && !given.isNull()) {
            problem(ErrorCode.SECRET_GIVEN, key, "not accepted", remedy);
        }
    }

    /** Accepts the ancestors' keys that have no effect here; one notice names those that are given. */
    void withoutEffect(String... keys) {
        known.addAll(List.of(keys));
        String given =
                Arrays.stream(keys).filter(node::hasNonNull).map(this::child).collect(Collectors.joining(", "));
        if (!given.isEmpty()) {
            findings.notices().add(JsonFile.shown(file) + ": accepted, without effect here: " + given);
        }
    }

    /** Returns the full name of a key, for messages about another key. */
    String name(String key) {
        return giver(key).child(key);
    }

    /** Replaces the value of a key by text. */
    void put(String key, String text) {
        node.put(key, text);
    }

    /** Adds a problem with the value of a key. */
    public void invalid(String key, String limit, String remedy) {
        giver(key).invalid(key, value(key), limit, remedy);
    }

    /** Adds a problem with a value that conflicts with the values of other keys. */
    void conflict(String key, String limit, String remedy) {
        giver(key)
                .add(new Problem(
                        ErrorCode.VALUES_CONFLICT, name(key) + " = " + shown(value(key)) + ": " + limit, remedy));
    }

    /** Adds a problem with a value inside the value of a key. */
    void invalid(String key, JsonNode value, String limit, String remedy) {
        if (!findings.isFull()) {
            add(new Problem(ErrorCode.VALUE_OUT_OF_RANGE, child(key) + " = " + shown(value) + ": " + limit, remedy));
        }
    }

    /** Adds a problem with a key that is not given. */
    public void missing(String key, String remedy) {
        problem(ErrorCode.MISSING_KEY, key, "missing", remedy);
    }

    /** Adds a problem with a key that conflicts with others, without showing its value. */
    void problem(String key, String what, String remedy) {
        problem(ErrorCode.VALUES_CONFLICT, key, what, remedy);
    }

    private void problem(ErrorCode code, String key, String what, String remedy) {
        giver(key).add(new Problem(code, name(key) + ": " + what, remedy));
    }

    /** Reports the keys that no caller asked for. */
    public void end() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name) && !findings.isFull()) {
                add(new Problem(
                        ErrorCode.UNKNOWN_KEY,
                        child(shortened(name)) + ": unknown key; known keys are " + String.join(", ", known),
                        "correct or remove it"));
            }
        });
    }

    /** Returns the object that gives a key: this one, else its base; the last base if no object gives it. */
    private ConfigObject giver(String key) {
        return base == null || node.hasNonNull(key) ? this : base.giver(key);
    }

    private void isNot(String key, String limit) {
        if (has(key)) {
            invalid(key, "must be " + limit, "correct the value");
        } else {
            missing(key, "give " + limit);
        }
    }

    private ConfigObject standIn() {
        return new ConfigObject(file, JsonNodeFactory.instance.objectNode(), new Findings());
    }

    private void add(Problem problem) {
        findings.add(problem.at(JsonFile.shown(file)));
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Returns a number in everyday notation: 1e9, not 1.0E9. */
    static String shown(double number) {
        return Double.toString(number).replaceAll("\\.0(?=E|$)", "").replace('E', 'e');
    }

    private static String shown(JsonNode value) {
        return shortened(value.toString());
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS - 3) + "...";
    }
}
