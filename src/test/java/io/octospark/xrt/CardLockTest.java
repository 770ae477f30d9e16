package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardLockTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final String CARD = "0000:65:00.1";

    @TempDir
    private Path folder;

    @Test
    void oneThreadAtATimeHasIt() throws Exception {
        Path file = folder.resolve("octospark-card-0000-65-00-1.lock");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            CardLock lock = CardLock.acquire(folder, CARD, LIMIT);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-rw-rw-");
            assertThatThrownBy(() -> CardLock.acquire(folder, CARD, SHORT))
                    .isInstanceOf(XrtException.class)
                    .hasMessage("card 0000:65:00.1: lock: another process or thread has been programming the card for"
                            + " 1 ms; end the one that holds " + file + " (fuser " + file + ")")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.CARD_LOCKED);
            CardLock.acquire(folder, "0000:66:00.1", SHORT).close();

            Future<CardLock> waiting = thread.submit(() -> CardLock.acquire(folder, CARD, LIMIT));
            lock.close();
            lock.close();
            waiting.get().close();
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void oneProcessAtATimeHasIt() throws Exception {
        try (CardLock lock = CardLock.acquire(folder, CARD, LIMIT)) {
            assertThat(lock).isNotNull();
            assertThat(inAnotherProcess()).contains("another process or thread has been programming the card");
        }
        assertThat(inAnotherProcess()).isEqualTo("acquired");
    }

    /** Linux gives up all locks of a process on a file when it closes any of its descriptors of that file. */
    @Test
    void aThreadThatDoesNotGetItLeavesItToItsHolder() throws Exception {
        try (CardLock lock = CardLock.acquire(folder, CARD, LIMIT)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> CardLock.acquire(folder, CARD, SHORT)).isInstanceOf(XrtException.class);
            assertThat(inAnotherProcess()).contains("another process or thread has been programming the card");
        }
    }

    private String inAnotherProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CardLockTest.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Tries to have the lock in the given folder and prints the outcome. */
    public static void main(String[] args) {
        try (CardLock lock = CardLock.acquire(Path.of(args[0]), CARD, SHORT)) {
            System.out.print(lock == null ? "" : "acquired");
        } catch (XrtException e) {
            System.out.print(e.getMessage());
        }
    }

    @Test
    void aPipeOrALinkInThePlaceOfItsFileIsReportedAndNotOpened() throws Exception {
        Path file = folder.resolve(LockFile.name("card", CARD));
        Path elsewhere = folder.resolve("elsewhere");
        Files.createSymbolicLink(file, elsewhere);
        assertNotPlain(file);
        Files.writeString(elsewhere, "theirs");
        assertNotPlain(file);
        assertThat(elsewhere).hasContent("theirs");
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertNotPlain(file);
    }

    private void assertNotPlain(Path file) {
        assertThatThrownBy(() -> CardLock.acquire(folder, CARD, SHORT))
                .isInstanceOf(XrtException.class)
                .hasMessageContaining(
                        "the file " + file + " cannot be used (java.io.IOException: not a plain file, remove it)");
    }

    @Test
    void otherUsersMayTakeTheLock() throws Exception {
        try (CardLock lock = CardLock.acquire(folder, CARD, SHORT)) {
            assertThat(lock).isNotNull();
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve(LockFile.name("card", CARD)))))
                    .isEqualTo("rw-rw-rw-");
        }
    }

    @Test
    void aFolderThatIsNotThereIsReported() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> CardLock.acquire(missing, CARD, SHORT))
                .isInstanceOf(XrtException.class)
                .hasMessageStartingWith("card 0000:65:00.1: lock: the file " + missing)
                .hasMessageEndingWith("; make it writable for this user");
    }
}
