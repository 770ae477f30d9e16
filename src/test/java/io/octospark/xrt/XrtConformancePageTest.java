package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/xrt-conformance.md lists the functions that there are, and tests that there are. */
class XrtConformancePageTest {
    private static final Path PAGE = Path.of("docs/xrt-conformance.md");
    private static final Path PROTOTYPES = Path.of("bitstreams/emulator/xrt_abi.h");
    private static final int FUNCTIONS_OF_XRT = 53;
    private static final Pattern ROW =
            Pattern.compile("\\| `(xrt\\w+)` \\| (same on both|emulator only) \\| [^|]+ \\| ([^|]+) \\|");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    /** A line of the table. */
    private record Row(String function, boolean same, List<String> tests) {}

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `")) {
                Matcher row = ROW.matcher(line);
                assertThat(row.matches()).as(line).isTrue();
                rows.add(new Row(row.group(1), row.group(2).equals("same on both"), names(CODE, row.group(3))));
            }
        }
        return rows;
    }

    private static List<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static Set<String> mapped() {
        return Stream.of(XrtLibrary.class.getDeclaredMethods())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> tests(Class<?>... classes) {
        return Stream.of(classes)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    @Test
    void everyFunctionThatIsMappedHasItsLines() throws IOException {
        assertThat(rows()).extracting(Row::function).hasSameElementsAs(mapped());
    }

    @Test
    void theOtherFunctionsAreListed() throws IOException {
        Set<String> all = new TreeSet<>(names(Pattern.compile("\\b(xrt[A-Z]\\w+)\\("), Files.readString(PROTOTYPES)));
        assertThat(all).hasSize(FUNCTIONS_OF_XRT).containsAll(mapped());
        all.removeAll(mapped());
        String section = Files.readString(PAGE).split("\n## Not mapped\n", 2)[1].split("\n## ", 2)[0];
        assertThat(names(Pattern.compile("`(xrt[A-Z]\\w+)`"), section)).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void everyLineHasTests() throws IOException {
        Set<String> onBoth = tests(LibraryTests.class, CardTests.class);
        Set<String> all = tests(LibraryTests.class, CardTests.class, XrtEmulatedTest.class, XrtNoopTest.class);
        assertThat(rows())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.tests()).isNotEmpty().isSubsetOf(row.same() ? onBoth : all));
    }
}
