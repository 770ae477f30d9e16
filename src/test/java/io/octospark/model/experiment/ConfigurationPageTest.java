package io.octospark.model.experiment;

import static io.octospark.model.experiment.Experiments.MAPPER;
import static io.octospark.model.experiment.Experiments.experiment;
import static io.octospark.model.experiment.Experiments.json;
import static io.octospark.model.experiment.Experiments.problemsOf;
import static io.octospark.model.experiment.Experiments.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/configuration.md} says of every key what the reader says of it. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs/configuration.md");
    private static final Pattern KNOWN_KEYS = Pattern.compile("\\?: unknown key; known keys are (.*); correct");
    private static final Pattern LIMITS = Pattern.compile("must be a (?:whole )?number from (\\S+ to \\S+); correct");
    private static final Pattern CHOICES = Pattern.compile("must be one of (.*); correct");

    @TempDir
    private Path folder;

    /** The rows of keys, by key; rows of command-line flags left out. */
    private final Map<String, String> rows = new HashMap<>();

    @BeforeEach
    void readPage() throws IOException {
        Pattern key = Pattern.compile("`([^`]+)`");
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `") && !line.startsWith("| `--")) {
                Matcher keys = key.matcher(line.substring(0, line.indexOf('|', 1)));
                while (keys.find()) {
                    assertThat(rows.put(keys.group(1), line))
                            .as("row of " + keys.group(1))
                            .isNull();
                }
            }
        }
    }

    @Test
    void hasARowForEveryKeyAndNoOther() throws IOException {
        Set<String> known = new TreeSet<>();
        addKeys("", known);
        assertThat(new TreeSet<>(rows.keySet())).isEqualTo(known);
    }

    @Test
    void aKernelsConfigHasTheKeysOfFwi() throws IOException {
        assertThat(keysAt("/kernels/0/config")).isEqualTo(keysAt("/fwi"));
    }

    @Test
    void givesLimitsAndWhatIsRequired() throws IOException {
        for (String key : rows.keySet()) {
            String wrong = problemsWith(key, "[[]]");
            for (Pattern pattern : List.of(LIMITS, CHOICES)) {
                Matcher limit = pattern.matcher(wrong);
                if (limit.find()) {
                    assertThat(rows.get(key)).contains(limit.group(1).replace(", ", "`, `"));
                }
            }
            boolean missing = problemsWith(key, "null").contains(shown(key) + ": missing");
            assertThat(rows.get(key).contains("| required |")).as(key).isEqualTo(missing);
        }
    }

    @Test
    void holdsTheNotebooksExperiment() throws IOException {
        assertThat(PAGE).content().contains("```json\n" + Files.readString(Path.of("conf/notebook.json")) + "```\n");
    }

    /** Adds the keys of the object at a pointer and of all objects in it, but not those of a kernel's config. */
    private void addKeys(String pointer, Set<String> keys) throws IOException {
        for (String key : keysAt(pointer)) {
            String place = pointer + "/" + key;
            keys.add(place.substring(1).replace("/0", "[]").replace('/', '.'));
            if (!place.equals("/kernels/0/config")) {
                addKeys(place, keys);
                addKeys(place + "/0", keys);
            }
        }
    }

    /** The keys that the reader knows in the object at a pointer; none where it reads no object. */
    private List<String> keysAt(String pointer) throws IOException {
        ObjectNode experiment = experiment();
        put(experiment, pointer + "/?", json("0"));
        Matcher known = KNOWN_KEYS.matcher(problems(experiment));
        return known.find() ? Stream.of(known.group(1).split(", ")).toList() : List.of();
    }

    /** What the reader says if a key of the page has a value. */
    private String problemsWith(String key, String value) throws IOException {
        ObjectNode experiment = experiment();
        put(experiment, "/" + key.replace("[]", "/0").replace('.', '/'), json(value));
        return problems(experiment);
    }

    private static String shown(String key) {
        return key.replace("[]", "[0]");
    }

    private String problems(ObjectNode experiment) throws IOException {
        Path file = Files.write(folder.resolve("experiment.json"), MAPPER.writeValueAsBytes(experiment));
        return String.join("\n", problemsOf(file, Optional.empty()));
    }
}
