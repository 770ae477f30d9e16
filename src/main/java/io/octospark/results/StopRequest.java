package io.octospark.results;

import io.octospark.error.Messages;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the results folder that asks the units of a run to take no further grid. Units on all hosts can reach that
 * folder, because they write their results there.
 *
 * @param file the file
 */
public record StopRequest(URI file) implements Serializable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StopRequest.class);
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Makes the request. */
    public void make(Configuration configuration) throws IOException {
        fileSystem(configuration).create(path(), true).close();
    }

    /** Withdraws the request, if there is one. */
    public void withdraw(Configuration configuration) throws IOException {
        fileSystem(configuration).delete(path(), false);
    }

    private Path path() {
        return new Path(file);
    }

    private FileSystem fileSystem(Configuration configuration) throws IOException {
        return path().getFileSystem(configuration);
    }

    /** Looks for the request, at most once a second. Serves one thread. */
    public final class Watch {
        private final Configuration configuration;
        private long nextCheck = System.nanoTime();
        private boolean told;
        private boolean stopped;

        public Watch(Configuration configuration) {
            this.configuration = configuration;
        }

        /** Returns whether the run is to stop. */
        public boolean isStopped() {
            if (!stopped && System.nanoTime() - nextCheck >= 0) {
                try {
                    stopped = fileSystem(configuration).exists(path());
                } catch (IOException | RuntimeException e) {
                    // The same fault fails the next write of results, with a full message.
                    if (!told) {
                        LOGGER.warn("{} can't be looked for: {}", file, Messages.cause(e));
                    }
                    told = true;
                }
                nextCheck = System.nanoTime() + CHECK_NANOS;
            }
            return stopped;
        }
    }
}
