package io.octospark.results;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the results folder that says which process works on a run, so that no other resumes the run meanwhile. The process
 * rewrites the file every few seconds. The lock of a process that has died is taken over: on the same host at once, from
 * another host when the file has not been rewritten for a minute.
 */
public final class RunLock implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(RunLock.class);

    private static final Duration RENEWAL = Duration.ofSeconds(10);
    private static final Duration STALE = Duration.ofSeconds(60);

    /** Keys of the locks that this process holds. Another lock of this process is a leftover that could not be removed. */
    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private final FileSystem fileSystem;
    private final Path file;
    private final Owner owner;
    private final Runnable lost;
    private final Timer renewals = new Timer("run lock", true);
    private boolean closed;

    /** By the wall clock, which goes on while the host is suspended. */
    private long renewedAt = System.currentTimeMillis();

    /** A process; {@code start} tells it from a later one with the same number. */
    private record Owner(String host, long pid, String start, String key) {
        static Owner current() {
            ProcessHandle process = ProcessHandle.current();
            return new Owner(
                    hostName(), process.pid(), start(process), UUID.randomUUID().toString());
        }

        static Owner parse(String text) {
            List<String> words = text.lines().toList();
            return words.size() == 4
                    ? new Owner(words.get(0), Long.parseLong(words.get(1)), words.get(2), words.get(3))
                    : new Owner("", 0, "", "");
        }

        private static String start(ProcessHandle process) {
            return process.info().startInstant().map(Object::toString).orElse("");
        }

        private static String hostName() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        }

        String text() {
            return String.join("\n", host, Long.toString(pid), start, key);
        }

        boolean isOnThisHost() {
            return host.equals(hostName());
        }

        boolean isAlive() {
            boolean isThisProcess =
                    pid == ProcessHandle.current().pid() && start.equals(start(ProcessHandle.current()));
            return isThisProcess
                    ? HELD.contains(key)
                    : ProcessHandle.of(pid)
                            .filter(process -> start(process).equals(start))
                            .isPresent();
        }
    }

    private RunLock(FileSystem fileSystem, Path file, Runnable lost) {
        this.fileSystem = fileSystem;
        this.file = file;
        this.lost = lost;
        owner = Owner.current();
    }

    /**
     * Takes the lock of a run.
     *
     * @param lost called, from a thread of the lock, when another process has taken the lock over
     * @throws InvalidInputException if another process works on the run
     */
    static RunLock take(FileSystem fileSystem, Path folder, String runId, Runnable lost) throws IOException {
        RunLock lock = new RunLock(fileSystem, new Path(folder, "_lock-" + runId), lost);
        try {
            if (!lock.create()) {
                lock.takeOver(runId);
            }
        } catch (IOException | RuntimeException e) {
            lock.renewals.cancel();
            throw e;
        }
        TimerTask renewal = new TimerTask() {
            @Override
            public void run() {
                lock.renew();
            }
        };
        lock.renewals.schedule(renewal, RENEWAL.toMillis(), RENEWAL.toMillis());
        return lock;
    }

    private boolean create() throws IOException {
        FSDataOutputStream out;
        try {
            out = fileSystem.create(file, false);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            // File systems differ in the exception.
            if (fileSystem.exists(file)) {
                return false;
            }
            throw e;
        }
        try (out) {
            out.write(owner.text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            // On a full disk: a lock without an owner would keep all others away until it is stale.
            fileSystem.delete(file, false);
            throw e;
        }
        HELD.add(owner.key());
        return true;
    }

    private void takeOver(String runId) throws IOException {
        Owner other = read(file);
        if (other.isOnThisHost() ? other.isAlive() : age().compareTo(STALE) < 0) {
            throw new InvalidInputException(
                    ErrorCode.RUN_IN_USE,
                    "run %s: process %d on %s works on it"
                            .formatted(runId, other.pid(), other.host().isEmpty() ? "an unknown host" : other.host()),
                    "wait for its end, or end it and try again%s"
                            .formatted(other.isOnThisHost() ? "" : " after " + STALE.toSeconds() + " s"));
        }
        // If several processes come here, one can rename it.
        Path stale = file.suffix("-" + owner.key());
        boolean renamed = fileSystem.rename(file, stale);
        if (renamed && !read(stale).key().equals(other.key())) {
            // Another process has taken the lock a moment ago.
            fileSystem.rename(stale, file);
            renamed = false;
        }
        fileSystem.delete(stale, false);
        if (!renamed || !create()) {
            throw new InvalidInputException(
                    ErrorCode.RUN_IN_USE,
                    "run " + runId + ": another process has just begun to resume it",
                    "wait for its end");
        }
    }

    private Owner read(Path from) throws IOException {
        try (var in = fileSystem.open(from)) {
            return Owner.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (NumberFormatException e) {
            return Owner.parse("");
        }
    }

    /** Returns the age of the lock by the clock of the file system. */
    private Duration age() throws IOException {
        Path probe = file.suffix("-probe-" + owner.key());
        try {
            fileSystem.create(probe, false).close();
            long now = fileSystem.getFileStatus(probe).getModificationTime();
            return Duration.ofMillis(now - fileSystem.getFileStatus(file).getModificationTime());
        } finally {
            fileSystem.delete(probe, false);
        }
    }

    private synchronized void renew() {
        if (closed) {
            return;
        }
        try {
            if (isLost()) {
                renewals.cancel();
                lost.run();
                return;
            }
            try (FSDataOutputStream out = fileSystem.create(file, true)) {
                out.write(owner.text().getBytes(StandardCharsets.UTF_8));
            }
            renewedAt = System.currentTimeMillis();
        } catch (IOException e) {
            // For example a full disk, or a name node that restarts. The next renewal may work; if none does, the lock
            // grows stale.
            LOGGER.warn("{} can't be renewed: {}", file, Messages.cause(e));
        }
    }

    private boolean isLost() throws IOException {
        try {
            String key = read(file).key();
            // Without a key it was half written by this process, on a full disk.
            return !key.isEmpty() && !key.equals(owner.key());
        } catch (FileNotFoundException e) {
            // Another process may have taken it over and ended, while this one stood still.
            return System.currentTimeMillis() - renewedAt > STALE.toMillis();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        HELD.remove(owner.key());
        renewals.cancel();
        try {
            if (!isLost()) {
                fileSystem.delete(file, false);
            }
        } catch (IOException e) {
            LOGGER.warn("{} can't be removed: {}", file, Messages.cause(e));
        }
    }
}
