package io.octospark.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;

/** A folder for temporary files. It is deleted on close, or when the process ends. */
public final class TemporaryFolder implements AutoCloseable {
    /** Low priority: runs after Spark has ended the tasks that write into the folder. */
    private static final int PRIORITY = 1;

    private final Path path;
    private final Runnable atExit = this::delete;

    /**
     * Makes a folder.
     *
     * @param name start of the folder's name
     */
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
