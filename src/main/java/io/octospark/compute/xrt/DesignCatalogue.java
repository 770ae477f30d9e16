package io.octospark.compute.xrt;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octospark.config.KernelSpec;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The FPGA designs that the repository can build, as {@code conf/designs.json} lists them.
 *
 * @param designs in the order of the file; names and bitstreams differ
 */
public record DesignCatalogue(List<Design> designs) {
    private static final String RESOURCE = "designs.json";
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    public DesignCatalogue {
        designs = List.copyOf(designs);
    }

    /**
     * A design.
     *
     * @param name for example {@code 8000_100_1CU}
     * @param xclbin its bitstream, relative to the repository
     * @param platform the platform that it is made for
     * @param rows measurements that one call takes
     * @param cols cells that one call takes
     * @param units compute units
     * @param functions for each unit {@code dotprod_N} and {@code update_N} with their memory banks
     */
    public record Design(
            String name,
            Path xclbin,
            String platform,
            int rows,
            int cols,
            int units,
            List<List<KernelSpec.Function>> functions) {
        public Design {
            functions = functions.stream().map(List::copyOf).toList();
        }

        /** The matrix that the kernels are built for. */
        public DesignSize size() {
            return new DesignSize(rows, cols);
        }
    }

    /** The design of a bitstream, whichever folder the repository is in. */
    public Optional<Design> ofBitstream(Path xclbin) {
        Path path = xclbin.normalize();
        return designs.stream().filter(design -> path.endsWith(design.xclbin())).findFirst();
    }

    /** The catalogue that this application was built with. */
    public static DesignCatalogue bundled() {
        return Bundled.CATALOGUE;
    }

    /** Read when it is first asked for; every task asks. */
    private static final class Bundled {
        private static final DesignCatalogue CATALOGUE = readBundled();
    }

    private static DesignCatalogue readBundled() {
        try (InputStream resource = DesignCatalogue.class.getResourceAsStream(RESOURCE)) {
            return read(resource.readAllBytes(), Path.of("conf", RESOURCE));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /**
     * Reads a catalogue.
     *
     * @throws InvalidInputException naming all problems
     */
    public static DesignCatalogue read(Path file) {
        try {
            return read(Files.readAllBytes(file), file);
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE, file + ": can't be read: " + e.getMessage(), "correct the path");
        }
    }

    private static DesignCatalogue read(byte[] json, Path file) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    ErrorCode.JSON_SYNTAX, file + ": not valid JSON: " + e.getOriginalMessage(), "correct the file");
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        if (!root.path("designs").isArray()) {
            throw new InvalidInputException(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    file + ": designs: must be a list [ ] of objects",
                    "correct the file");
        }
        Reader reader = new Reader(file);
        List<Design> designs = new ArrayList<>();
        for (JsonNode node : root.get("designs")) {
            designs.add(reader.design(node, "designs[" + designs.size() + "]"));
        }
        if (!reader.problems.isEmpty()) {
            throw new InvalidInputException(reader.problems);
        }
        return new DesignCatalogue(designs);
    }

    /** Reads designs and collects what is wrong with them; stand-ins take the place of wrong values. */
    private static final class Reader {
        private static final Set<String> KEYS =
                Set.of("name", "xclbin", "platform", "rows", "cols", "units", "functions");

        private final Path file;
        private final List<Problem> problems = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();

        Reader(Path file) {
            this.file = file;
        }

        Design design(JsonNode node, String place) {
            node.fieldNames().forEachRemaining(key -> {
                if (!KEYS.contains(key)) {
                    problems.add(new Problem(
                            ErrorCode.UNKNOWN_KEY,
                            file + ": " + place + "." + key + ": unknown key",
                            "correct or remove it"));
                }
            });
            String name = text(node, place, "name");
            String xclbin = text(node, place, "xclbin");
            unique(name, place + ".name", node.path("name"));
            unique(xclbin, place + ".xclbin", node.path("xclbin"));
            int units = count(node, place, "units");
            return new Design(
                    name,
                    Path.of(xclbin).normalize(),
                    text(node, place, "platform"),
                    count(node, place, "rows"),
                    count(node, place, "cols"),
                    units,
                    functions(node.path("functions"), place + ".functions", units));
        }

        private List<List<KernelSpec.Function>> functions(JsonNode node, String place, int units) {
            if (node.size() != units) {
                wrong(place, node, "must be a list of " + units + ", one for each unit");
                return List.of();
            }
            List<List<KernelSpec.Function>> functions = new ArrayList<>();
            for (JsonNode unit : node) {
                List<KernelSpec.Function> ofUnit = new ArrayList<>();
                for (JsonNode function : unit) {
                    for (Map.Entry<String, JsonNode> entry : function.properties()) {
                        List<String> banks = new ArrayList<>();
                        entry.getValue().forEach(bank -> banks.add(bank.asText()));
                        ofUnit.add(new KernelSpec.Function(entry.getKey(), banks));
                    }
                }
                int number = functions.size() + 1;
                boolean complete = ofUnit.size() == 2
                        && ofUnit.get(0).name().equals("dotprod_" + number)
                        && ofUnit.get(1).name().equals("update_" + number)
                        && ofUnit.stream().allMatch(function -> function.banks().size() == KernelSpec.Function.BUFFERS);
                if (!complete) {
                    wrong(
                            place + "[" + functions.size() + "]",
                            unit,
                            "must be dotprod_%d and update_%d with %d memory banks each"
                                    .formatted(number, number, KernelSpec.Function.BUFFERS));
                }
                functions.add(ofUnit);
            }
            return functions;
        }

        private String text(JsonNode node, String place, String key) {
            JsonNode value = node.path(key);
            if (!value.isTextual() || value.textValue().isBlank()) {
                wrong(place + "." + key, value, "must be text in quotes, not empty");
            }
            return value.asText();
        }

        private int count(JsonNode node, String place, String key) {
            JsonNode value = node.path(key);
            if (!value.isInt() || value.intValue() < 1) {
                wrong(place + "." + key, value, "must be a whole number above 0");
                return 1;
            }
            return value.intValue();
        }

        private void unique(String value, String place, JsonNode node) {
            if (!value.isEmpty() && !seen.add(value)) {
                wrong(place, node, "must differ from those of the other designs");
            }
        }

        private void wrong(String place, JsonNode value, String limit) {
            String found = value.isMissingNode() ? ": missing" : " = " + value;
            problems.add(new Problem(
                    ErrorCode.VALUE_OUT_OF_RANGE, file + ": " + place + found + ": " + limit, "correct the value"));
        }
    }
}
