package io.octospark.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the tests of experiments share. */
final class Experiments {
    /** Writes ASCII only, so that a half of a surrogate pair survives the way through a file. */
    static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    static final String FWI = """
            {
              "c_0": 2000.0,
              "Freq": {"min": 10.0, "max": 40.0, "nTotal": 20},
              "reservoirTopLeft": {"x": -300.0, "z": 0.0},
              "reservoirBottomRight": {"x": 300.0, "z": 300.0},
              "sourcesTopLeft": {"x": -480.0, "z": -5.0},
              "sourcesBottomRight": {"x": 480.0, "z": -5.0},
              "receiversTopLeft": {"x": -480.0, "z": -5.0},
              "receiversBottomRight": {"x": 480.0, "z": -5.0},
              "nSources": 20,
              "nReceivers": 20,
              "ngrid": {"x": 10, "z": 10}
            }
            """;

    private Experiments() {}

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** The smallest sound experiment. */
    static ObjectNode experiment() {
        ObjectNode experiment = MAPPER.createObjectNode().put("data", "grids.txt");
        experiment.set("fwi", json(FWI));
        return experiment;
    }

    /** The smallest sound experiment with another key. */
    static ObjectNode experiment(String key, String value) {
        return experiment().set(key, json(value));
    }

    /** Sets the value at a pointer; what is on the way becomes an object, or a list before an index, if it is not fit. */
    static void put(ObjectNode root, String pointer, JsonNode value) {
        JsonPointer place = JsonPointer.compile(pointer);
        JsonNode parent = root.at(place.head());
        int index = place.last().getMatchingIndex();
        if (!parent.isContainerNode() || (parent.isArray() && index < 0)) {
            put(root, place.head().toString(), index < 0 ? MAPPER.createObjectNode() : MAPPER.createArrayNode());
            put(root, pointer, value);
        } else if (parent instanceof ObjectNode object) {
            object.set(place.last().getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array && index == array.size()) {
            array.add(value);
        } else {
            ((ArrayNode) parent).set(index, value);
        }
    }

    /** What is wrong with an experiment's file; nothing if it is read. */
    static List<String> problemsOf(Path file, Optional<String> data) {
        InvalidInputException e =
                catchThrowableOfType(InvalidInputException.class, () -> ExperimentReader.read(file, data));
        return e == null ? List.of() : e.messages();
    }
}
