package io.octospark.xrt;

import io.octospark.xrt.XrtException.Place;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * The right to program a card, held by one thread of one process of this host at a time: two that load an xclbin at once
 * can hang the card. Held around {@link XrtDevice#load} and the first {@link XrtDevice#openKernel}:
 *
 * <pre>{@code
 * try (CardLock lock = CardLock.acquire("0000:65:00.1", Duration.ofMinutes(2))) {
 *     card.load(xclbin);
 *     unit = card.openKernel(...);
 * }
 * }</pre>
 *
 * <p>It is a lock on a file, which the operating system gives back when its holder dies. Containers with a /tmp of their
 * own do not see each other's. Any thread may close it.
 */
public final class CardLock implements AutoCloseable {
    /** Not java.io.tmpdir, which YARN makes another folder for every executor. */
    private static final Path FOLDER = Path.of("/tmp");

    private static final long POLL_MILLIS = 50;

    private final FileChannel channel;

    private CardLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock of a card.
     *
     * @param card its BDF, so that all name it alike
     * @throws XrtException when it is not had in time, its file cannot be used, or the thread is interrupted
     */
    public static CardLock acquire(String card, Duration limit) {
        return acquire(FOLDER, card, limit);
    }

    static CardLock acquire(Path folder, String card, Duration limit) {
        Path file = folder.resolve("octospark-card-" + card.replaceAll("[^0-9A-Za-z]", "-") + ".lock");
        FileChannel channel;
        try {
            channel = open(file);
        } catch (IOException e) {
            throw unusable(card, file, e);
        }
        boolean locked = false;
        try {
            long end = System.nanoTime() + limit.toNanos();
            locked = tryLock(channel);
            while (!locked) {
                if (System.nanoTime() - end >= 0) {
                    throw place(card)
                            .failure(
                                    "lock",
                                    "another process or thread has been programming the card for " + limit.toMillis()
                                            + " ms",
                                    "end the one that holds " + file + " (fuser " + file + ")");
                }
                Thread.sleep(POLL_MILLIS);
                locked = tryLock(channel);
            }
            return new CardLock(channel);
        } catch (IOException e) {
            throw unusable(card, file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw place(card).failure("lock", "interrupted while waiting for " + file, "start again");
        } finally {
            if (!locked) {
                close(channel);
            }
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this JVM has it.
            return false;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        try {
            Files.createFile(file);
            // Whatever the umask: other users program the same card.
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (FileAlreadyExistsException e) {
            // As it should be.
        }
        // Without CREATE, which Linux denies in /tmp for files of other users.
        return FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private static XrtException unusable(String card, Path file, IOException e) {
        return place(card)
                .failure("lock", "the file " + file + " cannot be used (" + e + ")", "make it writable for this user");
    }

    private static Place place(String card) {
        return new Place(card, null, null);
    }

    /** Gives it back. Closing twice does nothing more. */
    @Override
    public void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written, and the lock is gone with the descriptor.
        }
    }
}
