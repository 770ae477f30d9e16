package io.octospark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;

/** No library that the build uses is of a version that is known to be vulnerable. */
class KnownVulnerableLibrariesTest {
    /** Lines such as {@code info.picocli:picocli:jar:4.7.7:compile}, some with a classifier before the version. */
    private static final Pattern LIBRARY = Pattern.compile(
            "(?m)^ *([\\w.-]+:[\\w.-]+):jar:(?:[^:\\s]+:)?([^:\\s]+):(compile|provided|runtime|test)\\b");

    /** Versions from one on, before another one; without that all later ones. */
    private record Known(String library, String from, String mended, String entries) {
        boolean has(Library used) {
            boolean same = library.endsWith("*")
                    ? used.name.startsWith(library.substring(0, library.length() - 1))
                    : library.equals(used.name);
            return same
                    && compare(from, used.version) <= 0
                    && (mended.equals("-") || compare(used.version, mended) < 0);
        }
    }

    private record Library(String name, String version, String scope) {}

    /** By the numbers of versions; words in them, such as Final, mean nothing. */
    private static int compare(String a, String b) {
        return Arrays.compare(numbers(a), numbers(b));
    }

    private static int[] numbers(String version) {
        return Stream.of(version.split("[.-]", -1))
                .filter(part -> part.matches("\\d{1,9}"))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static List<Known> known() throws IOException {
        List<Known> known = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/known-vulnerable-libraries.txt"))) {
            if (!line.startsWith("#")) {
                String[] cells = line.split(" \\| ", -1);
                assertThat(cells).as(line).hasSize(5);
                assertThat(cells[3]).as(line).matches("CVE-\\d{4}-\\d{4,}(, CVE-\\d{4}-\\d{4,})*");
                known.add(new Known(cells[0], cells[1], cells[2], cells[3]));
            }
        }
        return known;
    }

    private static List<String> vulnerable(List<Library> used) throws IOException {
        List<Known> known = known();
        return used.stream()
                .flatMap(library -> known.stream()
                        .filter(entry -> entry.has(library))
                        .map(entry -> library.name + " " + library.version + ": " + entry.entries))
                .toList();
    }

    @Test
    void noneIsUsed() throws IOException {
        String listed = Files.readString(Path.of(System.getProperty("octospark.build.folder"), "libraries.txt"));
        // What an older Spark brings is the cluster's; of ours none is.
        boolean older = package$.MODULE$.SPARK_VERSION().startsWith("3.");
        List<Library> used = LIBRARY.matcher(listed)
                .results()
                .map(line -> new Library(line.group(1), line.group(2), line.group(3)))
                .filter(library -> !older || List.of("compile", "runtime").contains(library.scope))
                .toList();

        assertThat(used).extracting(Library::name).contains("info.picocli:picocli");
        assertThat(vulnerable(used)).isEmpty();
    }

    @Test
    void versionsAreComparedByTheirNumbers() throws IOException {
        assertThat(vulnerable(List.of(
                        new Library("io.netty:netty-codec-http2", "4.1.96.Final", "test"),
                        new Library("io.netty:netty-codec-http2", "4.1.124.Final", "test"),
                        new Library("io.netty:netty-codec-http2", "4.2.3.Final", "test"),
                        new Library("com.google.guava:guava", "32.0.0-jre", "test"),
                        new Library("com.fasterxml.jackson.core:jackson-databind", "2.12.7.1", "test"),
                        new Library("org.apache.spark:spark-core_2.13", "3.5.1", "test"),
                        new Library("log4j:log4j", "1.2.17", "test"))))
                .containsExactly(
                        "io.netty:netty-codec-http2 4.1.96.Final: CVE-2023-44487, CVE-2025-55163",
                        "io.netty:netty-codec-http2 4.2.3.Final: CVE-2023-44487, CVE-2025-55163",
                        "org.apache.spark:spark-core_2.13 3.5.1: CVE-2025-55039",
                        "log4j:log4j 1.2.17: CVE-2019-17571, CVE-2022-23305, CVE-2022-23307");
    }
}
