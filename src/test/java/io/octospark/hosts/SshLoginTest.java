package io.octospark.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.config.ClusterConfig.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshLoginTest {
    @TempDir
    private Path folder;

    private static SshLogin login(String user, String key) {
        return new SshLogin(
                new Host("node1", 2222, user, key, null, null, 1, 0, null, null), List.of("-o", "Compression=yes"));
    }

    @Test
    void logsInWithAKeyAndNeverWithAPassword() {
        assertThat(String.join(" ", login("fwi", "/keys/my id").command()))
                .isEqualTo("ssh -T -o BatchMode=yes -o ConnectTimeout=10 -o IdentitiesOnly=yes -p 2222 -i /keys/my id"
                        + " -o Compression=yes -- fwi@node1 timeout -k 2 20 bash -s");
        assertThat(String.join(" ", login(null, null).command()))
                .isEqualTo(
                        "ssh -T -o BatchMode=yes -o ConnectTimeout=10 -p 2222 -o Compression=yes -- node1 timeout -k 2 20"
                                + " bash -s");
    }

    @Test
    void givesCommandsToType() {
        assertThat(login("fwi", "/keys/my id").copyKey("me"))
                .isEqualTo("ssh-copy-id -p 2222 -i '/keys/my id' fwi@node1");
        assertThat(login(null, "~/.ssh/id").byHand("me")).isEqualTo("ssh -p 2222 -i ~/.ssh/id me@node1");
    }

    @Test
    void whateverAKeyIsCalledItIsOneWord() {
        String key = "/k/$(touch x) `id` 'it''s' \"a\" -oProxyCommand=y;&|";

        assertThat(login("fwi", key).command())
                .containsSequence("-p", "2222", "-i", key, "-o", "Compression=yes", "--");
        assertThat(ShellWords.split("X", login("fwi", key).copyKey("me")))
                .containsExactly("ssh-copy-id", "-p", "2222", "-i", key, "fwi@node1");
    }

    @Test
    void whatLooksLikeAnOptionIsNone() {
        List<String> command = new SshLogin(
                        new Host("-oProxyCommand=x", 22, null, "-oProxyCommand=y", null, null, 1, 0, null, null),
                        List.of())
                .command();

        assertThat(command).containsSequence("-i", "-oProxyCommand=y", "--", "-oProxyCommand=x", "timeout");
    }

    @Test
    void givesWhatACommandPrintsAndHowItEnds() throws Exception {
        SshLogin.Answer answer =
                SshLogin.run(List.of("bash", "-c", "cat; echo no >&2; exit 3"), "a\nb", Duration.ofMinutes(1));

        assertThat(answer).isEqualTo(new SshLogin.Answer(true, 3, "a\nb", "no\n"));
    }

    @Test
    void endsWhatIsNotDoneInTimeWithAllThatItHasStarted() throws Exception {
        Path pid = folder.resolve("pid");
        SshLogin.Answer answer = SshLogin.run(
                List.of("bash", "-c", "sleep 600 & echo $! >" + pid + "; echo begun; wait"), "", Duration.ofSeconds(2));

        assertThat(answer).isEqualTo(new SshLogin.Answer(false, -1, "begun\n", ""));
        assertEnds(Long.parseLong(Files.readString(pid).strip()));
    }

    @Test
    void endsWhatIsUnderWayWhenItIsInterrupted() throws Exception {
        Path pid = folder.resolve("pid");
        AtomicReference<Exception> end = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try {
                SshLogin.run(
                        List.of(
                                "bash",
                                "-c",
                                "echo $$ >" + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 600"),
                        "",
                        Duration.ofMinutes(10));
            } catch (IOException | InterruptedException e) {
                end.set(e);
            }
            ended.countDown();
        });
        thread.start();
        while (!Files.exists(pid)) {
            Thread.onSpinWait();
        }

        thread.interrupt();

        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertEnds(Long.parseLong(Files.readString(pid).strip()));
    }

    private static void assertEnds(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process != null) {
            process.onExit().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void saysWhatCannotBeStarted() {
        assertThatThrownBy(() -> SshLogin.run(List.of("no-such-program-here"), "", Duration.ofMinutes(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-program-here");
    }
}
