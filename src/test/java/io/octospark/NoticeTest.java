package io.octospark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** NOTICE names the libraries that the build puts into the application jar. */
class NoticeTest {
    private static final Pattern LISTED = Pattern.compile("(?m)^ {4}(\\S+:\\S+) {2,}(\\S+) {2,}Copyright \\S.*$");

    /** Lines such as {@code info.picocli:picocli:jar:4.7.7:compile}. */
    private static final Pattern BUNDLED = Pattern.compile("(?m)^ *([\\w.-]+:[\\w.-]+):jar:.*:(?:compile|runtime)\\b");

    private static Set<String> names(Pattern lines, String text, int group) {
        return lines.matcher(text)
                .results()
                .map((MatchResult line) -> line.group(group))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyLibraryOfTheJarIsListedAndNoOther() throws IOException {
        String notice = Files.readString(Path.of("NOTICE"));
        String bundled = Files.readString(Path.of(System.getProperty("octospark.build.folder"), "libraries.txt"));

        assertThat(names(LISTED, notice, 1))
                .isEqualTo(names(BUNDLED, bundled, 1))
                .contains("info.picocli:picocli");
    }

    @Test
    void everyLicenceHasItsText() throws IOException {
        String notice = Files.readString(Path.of("NOTICE"));

        assertThat(Files.readString(Path.of("LICENSE"))).contains("Apache License", "Version 2.0");
        assertThat(names(LISTED, notice, 2)).allSatisfy(licence -> assertThat(licence)
                .satisfiesAnyOf(name -> assertThat(name).isEqualTo("Apache-2.0"), name -> assertThat(notice)
                        .contains("The text of the " + name + " licence:")));
    }
}
