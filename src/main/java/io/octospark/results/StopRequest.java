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
 * A file in the results folder that asks the units of a run, on whatever hosts they are, to take no further grid. What they
 * can reach anyway is where they write their results.
 *
 * @param file where it is
 */
public record StopRequest(URI file) implements Serializable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StopRequest.class);
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Makes the request. */
    public void make(Configuration configuration) throws IOException {
        fileSystem(configuration).create(path(), true).close();
    }

    /** Withdraws it, or leaves it at none. */
    public void withdraw(Configuration configuration) throws IOException {
        fileSystem(configuration).delete(path(), false);
    }

    private Path path() {
        return new Path(file);
    }

    private FileSystem fileSystem(Configuration configuration) throws IOException {
        return path().getFileSystem(configuration);
    }

    /** Looks for the request, once a second at most. Serves one thread. */
    public final class Watch {
        private final Configuration configuration;
        private long nextCheck = System.nanoTime();
        private boolean told;
        private boolean stopped;

        public Watch(Configuration configuration) {
            this.configuration = configuration;
        }

        /** Whether the run is to stop. */
        public boolean isStopped() {
            if (!stopped && System.nanoTime() - nextCheck >= 0) {
                try {
                    stopped = fileSystem(configuration).exists(path());
                } catch (IOException | RuntimeException e) {
                    // Results will say more of it when they are written.
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
