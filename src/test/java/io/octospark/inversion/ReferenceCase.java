package io.octospark.inversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.config.ExperimentReader;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** A reference file of {@code src/test/resources/reference}: configuration, true contrast, expected results. */
record ReferenceCase(JsonNode json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static ReferenceCase read(String name) {
        try (InputStream in = ReferenceCase.class.getResourceAsStream("/reference/" + name)) {
            return new ReferenceCase(MAPPER.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ancestor's configuration, read as an experiment's {@code fwi}, with tolerance and mode. */
    InversionProblem problem(double tolerance, String mode) {
        try {
            ObjectNode fwi = json.get("config").deepCopy();
            fwi.put("tolerance", tolerance).put("mode", mode);
            ObjectNode experiment = MAPPER.createObjectNode().put("data", "unused.txt");
            experiment.set("fwi", fwi);
            Path file = Files.createTempFile("reference", ".json");
            try {
                Files.writeString(file, experiment.toString());
                return ExperimentReader.read(file, Optional.empty()).problem();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    double[] trueContrast() {
        return numbers("/chi_true");
    }

    ComplexVector pressure() {
        return new ComplexVector(numbers("/pressure/re"), numbers("/pressure/im"));
    }

    /** The numbers at a JSON pointer. */
    double[] numbers(String pointer) {
        return StreamSupport.stream(json.at(pointer).spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }
}
