package io.octospark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("every-spark")
class EventLogFolderTest {
    @TempDir
    private Path folder;

    @Test
    void theFolderOfTheDefaultIsTheUsersAlone() throws IOException {
        Path own = folder.resolve("own");

        EventLogFolder.makeOwn(own);
        EventLogFolder.makeOwn(own);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
    }

    @Test
    void aLinkThatSomebodyHasPutThereIsNotFollowed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);

        assertThatThrownBy(() -> EventLogFolder.makeOwn(link))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("spark.eventLog.dir = " + link + ": Spark's default, is not a folder of yours; name another"
                        + " folder, or leave spark.eventLog.enabled out");
    }
}
