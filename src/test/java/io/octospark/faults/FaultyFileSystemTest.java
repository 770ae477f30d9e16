package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.faults.FaultyFileSystem.Effect;
import io.octospark.faults.FaultyFileSystem.Fault;
import io.octospark.faults.FaultyFileSystem.Operation;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyFileSystemTest {
    @TempDir
    private java.nio.file.Path folder;

    private FileSystem files;

    @BeforeEach
    void open() throws IOException {
        Configuration configuration = new Configuration();
        configuration.set("fs.faulty.impl", FaultyFileSystem.class.getName());
        files = FileSystem.newInstance(URI.create("faulty:///"), configuration);
    }

    @AfterEach
    void close() throws IOException {
        FaultyFileSystem.inject(List.of(), () -> {});
        files.close();
    }

    private Path path(String name) {
        return new Path("faulty:" + folder.resolve(name));
    }

    private void write(String name, int bytes) throws IOException {
        try (FSDataOutputStream out = files.create(path(name))) {
            out.write(new byte[bytes]);
        }
    }

    @Test
    void withoutFaultsItIsTheLocalOne() throws IOException {
        write("a/b", 10);

        assertThat(folder.resolve("a/b")).hasSize(10);
        assertThat(files.rename(path("a"), path("c"))).isTrue();
        assertThat(files.listLocatedStatus(path("c")).next().getPath()).isEqualTo(path("c/b"));
    }

    @Test
    void aDiskIsFullFromThenOn() throws IOException {
        FaultyFileSystem.inject(List.of(new Fault(Operation.WRITE, 100, Effect.ERROR, true)), () -> {});
        write("a", 60);
        write("b", 40);

        for (String file : List.of("c", "d")) {
            assertThatThrownBy(() -> write(file, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessage("No space left on device (injected)");
        }
        FaultyFileSystem.inject(List.of(), () -> {});
        write("c", 1);
    }

    @Test
    void oneOperationFails() throws IOException {
        FaultyFileSystem.inject(
                List.of(
                        new Fault(Operation.CREATE, 2, Effect.ERROR, false),
                        new Fault(Operation.RENAME, 0, Effect.BUG, false)),
                () -> {});
        write("a", 10);
        write("b", 10);

        assertThatThrownBy(() -> write("c", 10)).isInstanceOf(IOException.class).hasMessage("CREATE fails (injected)");
        assertThatThrownBy(() -> files.rename(path("a"), path("d"))).isInstanceOf(IllegalStateException.class);
        write("c", 10);
        assertThat(files.rename(path("a"), path("d"))).isTrue();
    }

    @Test
    void aFileThatIsNotEndedLosesItsEnd() throws IOException {
        FaultyFileSystem.inject(List.of(new Fault(Operation.CLOSE, 0, Effect.ERROR, false)), () -> {});

        assertThatThrownBy(() -> write("a", 10)).isInstanceOf(IOException.class).hasMessage("CLOSE fails (injected)");
        assertThat(folder.resolve("a")).hasSize(5);
    }

    @Test
    void anActionIsCarriedOutOnce() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        FaultyFileSystem.inject(List.of(new Fault(Operation.CREATE, 1, Effect.ACTION, false)), calls::incrementAndGet);
        write("a", 1);
        assertThat(calls.get()).isZero();
        write("b", 1);
        write("c", 1);
        assertThat(calls.get()).isEqualTo(1);
    }
}
