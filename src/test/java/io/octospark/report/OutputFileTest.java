package io.octospark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path folder;

    @Test
    void replacesItsOwnKindOnly() throws Exception {
        Path own = Files.writeString(folder.resolve("own.html"), "mark, the rest");
        new OutputFile(own, "mark").write("mark, new".getBytes(StandardCharsets.UTF_8));
        assertThat(own).hasContent("mark, new");
        assertThat(folder).isDirectoryContaining("glob:**own.html");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }

        Path other = Files.writeString(folder.resolve("other.html"), "letter to my aunt");
        assertRefused(other, "mark", ": exists already and is not overwritten; choose another name or remove it");
        assertRefused(own, "", ": exists already and is not overwritten; choose another name or remove it");
    }

    @Test
    void needsAFolder() {
        assertRefused(
                folder.resolve("none/x.png"),
                "",
                ": there is no folder " + folder.resolve("none") + "; make it or correct the path");
        assertRefused(folder, "", ": is a folder; name a file");
    }

    @Test
    void namesTheUsersPathIfItCanNotBeWritten() throws Exception {
        assertRefused(Path.of("/proc/x.svg"), "", ": can't be written: its folder takes no files; correct the path");

        Path gone = Files.createDirectory(folder.resolve("gone"));
        OutputFile file = new OutputFile(gone.resolve("x.svg"), "");
        Files.delete(gone);
        assertThatThrownBy(() -> file.write(new byte[1]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "--out = " + file.path() + ": can't be written: its folder takes no files; correct the path");
    }

    private static void assertRefused(Path path, String mark, String problem) {
        assertThatThrownBy(() -> new OutputFile(path, mark))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("--out = " + path + problem);
    }
}
