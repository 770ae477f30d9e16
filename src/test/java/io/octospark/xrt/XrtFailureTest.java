package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Failures that no card produces when asked to, and the order of the calls. */
@ExtendWith(ChildJvm.class)
class XrtFailureTest {
    private static final Duration LIMIT = Duration.ofMillis(10);
    private static final String PLACE = "card 0, unit dotprod:{dotprod_1}, xclbin " + TestXclbin.UUID_1 + ": ";
    private static final List<XrtArgument> ARGUMENTS = List.of(new XrtArgument("data", 16));

    private static final int STATE_TIMEOUT = 8;

    private final FakeLibrary fake = new FakeLibrary();

    private XrtDevice card() {
        return Xrt.of(fake.library()).open(0);
    }

    private XrtKernel kernel(XrtDevice card) throws IOException {
        byte[] bytes = TestXclbin.bytes(TestXclbin.UUID_1);
        fake.uuid(Arrays.copyOfRange(bytes, TestXclbin.UUID_OFFSET, TestXclbin.UUID_OFFSET + 16));
        card.load(Files.write(Path.of("design.xclbin"), bytes));
        XrtKernel kernel = card.openKernel("dotprod", "dotprod_1", ARGUMENTS);
        fake.calls();
        return kernel;
    }

    private XrtRun startedRun(XrtDevice card) throws IOException {
        XrtKernel kernel = kernel(card);
        XrtRun run = kernel.openRun();
        run.set(0, kernel.allocate(0, 16));
        run.start();
        fake.calls();
        return run;
    }

    @Test
    void theCardIsClosedLast() throws IOException {
        XrtDevice card = card();
        XrtRun run = startedRun(card);
        run.waitFor(LIMIT);
        fake.calls();

        card.close();
        run.close();

        assertThat(fake.calls()).containsExactly("xrtRunClose", "xrtBOFree", "xrtKernelClose", "xrtDeviceClose");
    }

    @Test
    void aKernelClosesItsRunsAndBuffersBefore() throws IOException {
        XrtDevice card = card();
        XrtKernel kernel = kernel(card);
        XrtBuffer buffer = kernel.allocate(0, 16);
        XrtRun run = kernel.openRun();
        run.set(0, buffer);
        XrtRun other = kernel.openRun();
        other.set(0, buffer);
        other.set(0, kernel.allocate(0, 16));
        fake.calls();

        buffer.close();
        assertThat(fake.calls()).containsExactly("xrtRunClose", "xrtBOFree");
        kernel.close();
        assertThat(fake.calls()).containsExactly("xrtRunClose", "xrtBOFree", "xrtKernelClose");
        card.close();
        assertThat(fake.calls()).containsExactly("xrtDeviceClose");
    }

    @Test
    void anArgumentIsHandedOnOnlyWhenItChanges() throws IOException {
        try (XrtDevice card = card()) {
            XrtRun run = startedRun(card);
            run.waitFor(LIMIT);
            XrtKernel kernel = card.openKernel("dotprod", "dotprod_1", ARGUMENTS);
            XrtBuffer first = kernel.allocate(0, 16);
            XrtBuffer second = kernel.allocate(0, 16);
            fake.calls();

            run.set(0, first);
            run.set(0, first);
            assertThat(fake.calls()).containsExactly("xrtRunSetArg");
            run.set(0, second);
            run.set(0, first);
            assertThat(fake.calls()).containsExactly("xrtRunSetArg", "xrtRunSetArg");
        }
    }

    @Test
    void aBufferIsFreedWhenALaterStepFails() throws IOException {
        try (XrtDevice card = card()) {
            XrtKernel kernel = kernel(card);
            XrtBuffer buffer = kernel.allocate(0, 16);
            fake.answer("xrtBOSync", -1);
            assertThatThrownBy(buffer::syncToDevice)
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtBOSync: no transfer to the card: 16 bytes at 0; reset the card")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.TRANSFER_FAILED);
            assertThat(fake.calls()).containsExactly("xrtBOAlloc", "xrtBOMap", "xrtBOSync");
            fake.answer("xrtBOMap", null);
            assertThatThrownBy(() -> kernel.allocate(0, 16))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtBOMap: not mapped: 16; see standard error for XRT's reason");
            assertThat(fake.calls()).containsExactly("xrtBOAlloc", "xrtBOMap", "xrtBOFree");
            fake.answer("xrtBOAlloc", 0L);
            assertThatThrownBy(() -> kernel.allocate(0, 16))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtBOAlloc: no memory on the card in group 0 or on the host: 16; use a smaller"
                            + " problem, or close what holds the memory")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.CARD_MEMORY_FULL);
            assertThat(fake.calls()).containsExactly("xrtBOAlloc");
        }
    }

    @Test
    void aKernelIsClosedWhenALaterStepFails() {
        try (XrtDevice card = card()) {
            fake.answer("xrtKernelArgGroupId", -1);
            assertThatThrownBy(() -> kernel(card)).hasMessageContaining("xrtKernelArgGroupId: not a buffer argument");
            assertThat(fake.calls()).endsWith("xrtPLKernelOpenExclusive", "xrtKernelArgGroupId", "xrtKernelClose");
        }
    }

    @Test
    void anotherXclbinOnTheCardIsNoticed() throws IOException {
        try (XrtDevice card = card()) {
            Path file = Files.write(Path.of("design.xclbin"), TestXclbin.bytes(TestXclbin.UUID_1));
            assertThatThrownBy(() -> card.load(file))
                    .isInstanceOf(XrtException.class)
                    .hasMessage("card 0: xrtDeviceGetXclbinUUID: another xclbin is on the card after design.xclbin was"
                            + " loaded: 00000000-0000-0000-0000-000000000000, allowed: " + TestXclbin.UUID_1
                            + "; have one process at a time load the card");
            assertThat(card.xclbin()).isEmpty();
            fake.answer("xrtDeviceLoadXclbinFile", -1);
            assertThatThrownBy(() -> card.load(file))
                    .isInstanceOf(XrtException.class)
                    .hasMessage("card 0: xrtDeviceLoadXclbinFile: the card refused design.xclbin; see standard error"
                            + " for XRT's reason: a file for another platform, or a card in use with another xclbin")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.BITSTREAM_NOT_LOADED);
        }
    }

    @Test
    void anErrorStateIsAFailure() throws IOException {
        try (XrtDevice card = card()) {
            XrtRun run = startedRun(card);
            fake.answer("xrtRunWaitFor", 5);
            assertThatThrownBy(() -> run.waitFor(LIMIT))
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunWaitFor: the execution failed: ERROR, allowed: COMPLETED; reset the"
                            + " card (xbutil reset)")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.UNIT_FAILED);
            assertThat(run.state()).isEqualTo(XrtRun.State.FAILED);
            assertThatThrownBy(run::start).hasMessageContaining("state of the run: FAILED");
            fake.calls();
        }
        assertThat(fake.calls()).startsWith("xrtRunClose").endsWith("xrtDeviceClose");
    }

    @Test
    void aStartThatFailsIsNotWaitedFor() throws IOException {
        try (XrtDevice card = card()) {
            XrtKernel kernel = kernel(card);
            XrtRun run = kernel.openRun();
            run.set(0, kernel.allocate(0, 16));
            fake.answer("xrtRunStart", -1);
            assertThatThrownBy(run::start)
                    .isInstanceOf(XrtException.class)
                    .hasMessage(PLACE + "xrtRunStart: not started; reset the card, and see standard error for the"
                            + " reason")
                    .extracting(e -> ((Failure) e).code())
                    .isEqualTo(ErrorCode.UNIT_NOT_STARTED);
            assertThatThrownBy(() -> run.waitFor(LIMIT)).hasMessageContaining("state of the run: FAILED");
            fake.calls();
        }
        assertThat(fake.calls()).doesNotContain("xrtRunWaitFor");
    }

    @Test
    @ChildJvm.Wants(logs = ABANDONED)
    void aRunOutOfTimeIsLeftAlone() throws IOException {
        XrtDevice card = card();
        XrtRun run = startedRun(card);
        fake.answer("xrtRunWaitFor", STATE_TIMEOUT);
        assertThatThrownBy(() -> run.waitFor(LIMIT))
                .isInstanceOf(XrtException.class)
                .hasMessage(PLACE + "xrtRunWaitFor: not over within the time limit of 10 ms: TIMEOUT, allowed:"
                        + " COMPLETED; reset the card (xbutil reset), or raise the limit where the problem is large")
                .extracting(e -> ((Failure) e).code())
                .isEqualTo(ErrorCode.UNIT_TIMED_OUT);
        assertThat(run.state()).isEqualTo(XrtRun.State.TIMED_OUT);
        fake.calls();

        assertThatThrownBy(() -> run.waitFor(LIMIT)).hasMessageContaining("state of the run: TIMED_OUT");
        assertThatThrownBy(run::start).hasMessageContaining("state of the run: TIMED_OUT");
        run.close();
        card.close();

        assertThat(fake.calls()).isEmpty();
    }

    @Test
    @ChildJvm.Wants(logs = ABANDONED)
    void aRunThatDoesNotEndWhileItIsClosedIsLeftAlone() throws IOException {
        XrtDevice card = card();
        startedRun(card);
        fake.answer("xrtRunWaitFor", 3);

        card.close();
        card.close();

        assertThat(fake.calls()).containsExactly("xrtRunWaitFor");
    }

    private static final String ABANDONED = "card 0, unit dotprod:\\{dotprod_1}, xclbin .*: abandoned, because the card"
            + " still works on it: a run; the card stays open until the JVM ends";
}
