package io.octospark.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Comparison of configurations by what they compute. The order of keys does not matter. Neither do the experiment's
 * name and the place of its data set, which has a hash of its own.
 */
public final class ConfigHash {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private ConfigHash() {}

    /** Returns the SHA-256 hash of a configuration in the form of {@link Experiment#json()}. */
    public static String of(String json) {
        try {
            byte[] canonical = MAPPER.writeValueAsString(MAPPER.treeToValue(relevant(json), Map.class))
                    .getBytes(StandardCharsets.UTF_8);
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the first key that differs, with both of its values, for example {@code fwi.max = 1000, then 500}; empty
     * if no key differs.
     *
     * @throws InvalidInputException if either text is not a configuration, for example if it comes from a damaged table
     */
    public static Optional<String> difference(String before, String now) {
        return difference("", relevant(before), relevant(now));
    }

    private static Optional<String> difference(String key, JsonNode before, JsonNode now) {
        if (before.isObject() && now.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            now.fieldNames().forEachRemaining(names::add);
            return names.stream()
                    .map(name -> difference(key.isEmpty() ? name : key + "." + name, before.path(name), now.path(name)))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        if (before.isArray() && now.isArray() && before.size() == now.size()) {
            for (int i = 0; i < before.size(); i++) {
                Optional<String> found = difference(key + "[" + i + "]", before.get(i), now.get(i));
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
        return before.equals(now)
                ? Optional.empty()
                : Optional.of("%s = %s, then %s".formatted(key, shown(before), shown(now)));
    }

    private static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "nothing" : value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    private static ObjectNode relevant(String json) {
        return JsonFile.parse(Path.of("config_json"), json).without(List.of("name", "data"));
    }
}
