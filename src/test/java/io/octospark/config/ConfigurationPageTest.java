package io.octospark.config;

import static io.octospark.config.Experiments.MAPPER;
import static io.octospark.config.Experiments.experiment;
import static io.octospark.config.Experiments.json;
import static io.octospark.config.Experiments.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/configuration.md} says of every key what the readers say of it. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs/configuration.md");
    private static final String CLUSTER_SECTION = "## The cluster file";
    private static final Pattern KNOWN_KEYS = Pattern.compile("\\?: unknown key; known keys are (.*); correct");
    private static final Pattern LIMITS = Pattern.compile("must be a (?:whole )?number from (\\S+ to \\S+); correct");
    private static final Pattern CHOICES = Pattern.compile("must be one of (.*); correct");

    /** Objects with the keys of another one. */
    private static final Set<String> LIKE_OTHERS = Set.of("/kernels/0/config", "/synthetic/forward_model");

    /** What the page describes. */
    private enum Kind {
        EXPERIMENT,
        CLUSTER;

        /** Sound files; between them they know all keys, some of which one kind of model alone has. */
        List<ObjectNode> smallest() {
            return this == EXPERIMENT
                    ? List.of(
                            experiment(),
                            experiment("forward_model", "{\"type\": \"integral\"}"),
                            experiment("forward_model", "{\"type\": \"finite_difference\"}"))
                    : List.of(ClusterConfigReaderTest.cluster());
        }

        List<String> problemsOf(Path file) {
            return this == EXPERIMENT
                    ? Experiments.problemsOf(file, Optional.empty())
                    : ClusterConfigReaderTest.problemsOf(file);
        }
    }

    @TempDir
    private Path folder;

    /** The rows of keys, by key; rows of command-line flags left out. */
    private final Map<Kind, Map<String, String>> rows =
            Map.of(Kind.EXPERIMENT, new HashMap<>(), Kind.CLUSTER, new HashMap<>());

    @BeforeEach
    void readPage() throws IOException {
        Pattern key = Pattern.compile("`([^`]+)`");
        Kind kind = Kind.EXPERIMENT;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.equals(CLUSTER_SECTION)) {
                kind = Kind.CLUSTER;
            }
            if (line.startsWith("| `") && !line.startsWith("| `--")) {
                Matcher keys = key.matcher(line.substring(0, line.indexOf('|', 1)));
                while (keys.find()) {
                    assertThat(rows.get(kind).put(keys.group(1), line))
                            .as("row of " + keys.group(1))
                            .isNull();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasARowForEveryKeyAndNoOther(Kind kind) throws IOException {
        Set<String> known = new TreeSet<>();
        addKeys(kind, "", known);
        assertThat(new TreeSet<>(rows.get(kind).keySet())).isEqualTo(known);
    }

    @Test
    void aKernelsConfigHasTheKeysOfFwi() throws IOException {
        assertThat(keysAt(Kind.EXPERIMENT, "/kernels/0/config")).isEqualTo(keysAt(Kind.EXPERIMENT, "/fwi"));
    }

    @Test
    void aForwardModelOfDataHasTheKeysOfTheOther() throws IOException {
        assertThat(keysAt(Kind.EXPERIMENT, "/synthetic/forward_model"))
                .isEqualTo(keysAt(Kind.EXPERIMENT, "/forward_model"));
    }

    @ParameterizedTest
    @EnumSource
    void givesLimitsAndWhatIsRequired(Kind kind) throws IOException {
        for (Map.Entry<String, String> entry : rows.get(kind).entrySet()) {
            String key = entry.getKey();
            String row = entry.getValue();
            String wrong = problemsWith(kind, key, "[[]]");
            for (Pattern pattern : List.of(LIMITS, CHOICES)) {
                Matcher limit = pattern.matcher(wrong);
                if (limit.find()) {
                    assertThat(row).contains(limit.group(1).replace(", ", "`, `"));
                }
            }
            boolean missing = problemsWith(kind, key, "null").contains(shown(key) + ": missing");
            assertThat(row.contains("| required |")).as(key).isEqualTo(missing);
        }
    }

    @Test
    void holdsTheNotebooksExperiment() throws IOException {
        assertHoldsExample("conf/notebook.json");
    }

    @Test
    void holdsTheExampleOfACluster() throws IOException {
        assertHoldsExample("conf/cluster_config.json");
    }

    private static void assertHoldsExample(String file) throws IOException {
        assertThat(PAGE).content().contains("```json\n" + Files.readString(Path.of(file)) + "```\n");
    }

    /**
     * Adds the keys of the object at a pointer and of all objects in it, but not those that are like another's. Where there
     * may be an object or a list of them, the keys are those of the object.
     */
    private void addKeys(Kind kind, String pointer, Set<String> keys) throws IOException {
        for (String key : keysAt(kind, pointer)) {
            String place = pointer + "/" + key;
            keys.add(place.substring(1).replace("/0", "[]").replace('/', '.'));
            if (!LIKE_OTHERS.contains(place)) {
                addKeys(kind, keysAt(kind, place).isEmpty() ? place + "/0" : place, keys);
            }
        }
    }

    /** The keys that the reader knows in the object at a pointer; none where it reads no object. */
    private List<String> keysAt(Kind kind, String pointer) throws IOException {
        Set<String> keys = new LinkedHashSet<>();
        for (ObjectNode file : kind.smallest()) {
            put(file, pointer + "/?", json("0"));
            Matcher known = KNOWN_KEYS.matcher(problems(kind, file));
            if (known.find()) {
                keys.addAll(List.of(known.group(1).split(", ")));
            }
        }
        return List.copyOf(keys);
    }

    /** What the reader says if a key of the page has a value. */
    private String problemsWith(Kind kind, String key, String value) throws IOException {
        StringBuilder problems = new StringBuilder();
        for (ObjectNode file : kind.smallest()) {
            put(file, "/" + key.replace("[]", "/0").replace('.', '/'), json(value));
            problems.append(problems(kind, file)).append('\n');
        }
        return problems.toString();
    }

    private static String shown(String key) {
        return key.replace("[]", "[0]");
    }

    private String problems(Kind kind, ObjectNode file) throws IOException {
        return String.join(
                "\n", kind.problemsOf(Files.write(folder.resolve("file.json"), MAPPER.writeValueAsBytes(file))));
    }
}
