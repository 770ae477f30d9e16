package io.octospark.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;

/** A folder for temporary files. It is deleted when it is closed, or when the process is ended before that. */
public final class TemporaryFolder implements AutoCloseable {
    /** Late: after Spark has ended the tasks that write into it. */
    private static final int PRIORITY = 1;

    private final Path path;
    private final Runnable atExit = this::delete;

    /** @param name what the folder's name begins with */
    public TemporaryFolder(String name) throws IOException {
        path = Files.createTempDirectory(name);
        ShutdownHookManager.get().addShutdownHook(atExit, PRIORITY);
    }

    public Path path() {
        return path;
    }

    private void delete() {
        FileUtil.fullyDelete(path.toFile());
    }

    @Override
    public void close() {
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            ShutdownHookManager.get().removeShutdownHook(atExit);
        }
        delete();
    }
}
