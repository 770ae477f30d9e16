package io.octospark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("every-spark")
class DataHashTest {
    @TempDir
    private Path folder;

    @Test
    @Timeout(60)
    void aPipeIsAFileWithoutBytes() throws Exception {
        Files.writeString(folder.resolve("a"), "1\n");
        Path other = Files.createFile(folder.resolve("b"));
        String hash = DataHash.of(List.of(folder.toString()), DataSets.CONF);
        Files.delete(other);
        assertThat(DataHash.of(List.of(folder.toString()), DataSets.CONF)).isNotEqualTo(hash);
        assumeThat(new ProcessBuilder("mkfifo", other.toString()).start().waitFor())
                .isZero();

        assertThat(DataHash.of(List.of(folder.toString()), DataSets.CONF)).isEqualTo(hash);
    }
}
