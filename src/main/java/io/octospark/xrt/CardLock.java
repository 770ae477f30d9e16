package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The right to program a card, which one thread of one process of this host has at a time: two processes that load an
 * xclbin at the same time can hang the card. Hold it around {@link XrtDevice#load} and the first {@link
 * XrtDevice#openKernel}:
 *
 * <pre>{@code
 * try (CardLock lock = CardLock.acquire("0000:65:00.1", Duration.ofMinutes(2))) {
 *     card.load(xclbin);
 *     unit = card.openKernel(...);
 * }
 * }</pre>
 *
 * <p>It is a lock on a file, which the operating system releases when its holder dies. Containers with a /tmp of their own
 * do not see the locks of others. Any thread may close it.
 */
public final class CardLock implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    private final LockFile file;

    private CardLock(LockFile file) {
        this.file = file;
    }

    /**
     * Waits for the lock of a card.
     *
     * @param card its BDF, so that all processes use one name
     * @throws XrtException when the limit has passed, the file cannot be used, or the thread is interrupted
     */
    public static CardLock acquire(String card, Duration limit) {
        return acquire(LockFile.FOLDER, card, limit);
    }

    static CardLock acquire(Path folder, String card, Duration limit) {
        Path file = folder.resolve(LockFile.name("card", card));
        try {
            long end = System.nanoTime() + limit.toNanos();
            Optional<LockFile> lock = LockFile.tryLock(file);
            while (lock.isEmpty()) {
                if (System.nanoTime() - end >= 0) {
                    throw XrtTarget.card(card)
                            .failure(
                                    ErrorCode.CARD_LOCKED,
                                    "lock",
                                    "another process or thread has been programming the card for " + limit.toMillis()
                                            + " ms",
                                    "end the one that holds " + file + " (fuser " + file + ")");
                }
                Thread.sleep(POLL_MILLIS);
                lock = LockFile.tryLock(file);
            }
            return new CardLock(lock.get());
        } catch (IOException e) {
            throw unusable(card, file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw XrtTarget.card(card)
                    .failure(ErrorCode.INTERRUPTED, "lock", "interrupted while waiting for " + file, "start again");
        }
    }

    private static XrtException unusable(String card, Path file, IOException e) {
        return XrtTarget.card(card)
                .failure(
                        ErrorCode.CARD_LOCKED,
                        "lock",
                        "the file " + file + " cannot be used (" + e + ")",
                        "make it writable for this user");
    }

    /** Releases the lock. Closing twice does nothing more. */
    @Override
    public void close() {
        file.close();
    }
}
