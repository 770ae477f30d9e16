package io.octospark.xrt;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A lock on a file, which one holder in one process of this host has at a time. The operating system releases it when the
 * process dies. Any thread may close it.
 */
final class LockFile implements AutoCloseable {
    /** Not java.io.tmpdir: YARN sets it to another folder for each executor. */
    static final Path FOLDER = Path.of("/tmp");

    /**
     * Files whose locks this process has. They must not be opened a second time: closing any descriptor of a file
     * releases the process's lock on it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;
    private boolean closed;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Returns the name of a lock file, with only characters that a file name can have. */
    static String name(String kind, String what) {
        return "octospark-" + kind + "-" + what.replaceAll("[^0-9A-Za-z]", "-") + ".lock";
    }

    /**
     * Takes the lock if it is free.
     *
     * @throws IOException if the file can't be used
     */
    static Optional<LockFile> tryLock(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        synchronized (HELD) {
            if (HELD.contains(absolute)) {
                return Optional.empty();
            }
            FileChannel channel = open(absolute);
            boolean locked = false;
            try {
                locked = channel.tryLock() != null;
            } catch (OverlappingFileLockException e) {
                // Held by the same class of another class loader.
            } finally {
                if (!locked) {
                    channel.close();
                }
            }
            if (!locked) {
                return Optional.empty();
            }
            HELD.add(absolute);
            return Optional.of(new LockFile(absolute, channel));
        }
    }

    private static FileChannel open(Path file) throws IOException {
        try {
            Files.createFile(file);
            // For any umask: other users have the same cards.
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (FileAlreadyExistsException e) {
            // The usual case.
        }
        // Another process may have made it: opening a pipe would not end, and a link leads elsewhere.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("not a plain file, remove it");
        }
        // Without CREATE, which Linux denies in /tmp for files of other users.
        return FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /** Releases the lock. Closing twice does nothing more. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (closed) {
                return;
            }
            closed = true;
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written, and the lock is gone with the descriptor.
            }
            HELD.remove(file);
        }
    }
}
