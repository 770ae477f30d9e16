package io.octospark.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file in memory where the system has such a folder, for readers that take nothing else. */
public final class FuzzFile implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path folder;
    private final Path path;

    /** In a folder of its own. */
    public FuzzFile(String name) {
        try {
            folder = Files.isWritable(SHARED_MEMORY)
                    ? Files.createTempDirectory(SHARED_MEMORY, "fuzz")
                    : Files.createTempDirectory("fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        path = folder.resolve(name);
    }

    /** Its path. */
    public Path path() {
        return path;
    }

    /** A file beside it. */
    public Path beside(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    /** The file with this content. */
    public Path with(byte[] content) throws IOException {
        return Files.write(path, content);
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
