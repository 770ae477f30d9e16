package io.octospark.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests of a card on Debian's XRT with its noop driver, which accepts everything and computes nothing. */
class XrtNoopTest extends CardTests {
    private static final String LIBRARY = "libxrt_coreutil.so.2";

    private static final String INSTALL =
            "install the Xilinx Runtime on this host (Debian: apt-get install libxrt1) and"
                    + " set XILINX_XRT to its folder";

    @Override
    Xrt xrt() {
        return new Xrt(LIBRARY, Map.of());
    }

    @Override
    Map<String, String> environment(Path folder, int runMillis) throws IOException {
        // XRT looks for its drivers in a folder called lib, Debian has them in the multiarch folder.
        Files.createSymbolicLink(folder.resolve("lib"), libraries());
        Files.writeString(
                folder.resolve("xrt.ini"),
                "[Runtime]\nnoop_completion_delay_us=" + 1000 * Math.max(1, runMillis) + "\n");
        return Map.of("XILINX_XRT", folder.toString(), "XCL_EMULATION_MODE", "noop");
    }

    // It has no card behind it: a buffer is memory of the host, a run is a delay. What it doesn't check, the classes of
    // this package do, so that the differences don't reach their users.

    /** It makes a card of any number, and has no bus that a card could have a place on. */
    @Override
    boolean knowsItsCards() {
        return false;
    }

    /** It keeps an xclbin for the handle that loaded it, and puts any other in its place. */
    @Override
    boolean keepsXclbins() {
        return false;
    }

    /** It takes any bank, and a sync does nothing. */
    @Override
    boolean hasMemory() {
        return false;
    }

    /** The library hands arguments on unseen, and the driver has no use for them. */
    @Override
    boolean checksStarts() {
        return false;
    }

    /** Its wait for executions is for ever, and the library notices their end only in a wait. */
    @Override
    boolean limitsWaits() {
        return false;
    }

    /** There is nothing to program. */
    @Override
    boolean checksBitstreams() {
        return false;
    }

    /** The library leaves this to its users. */
    @Override
    boolean guardsWhatRuns() {
        return false;
    }

    private static Path libraries() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("libxrt_noop.so.2")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            "XRT's noop driver is not installed; on Debian: apt-get install libxrt1"));
        }
    }

    @Test
    void computesNothing() throws IOException {
        try (XrtDevice card = xrt().open(0)) {
            card.load(xclbin());
            try (XrtKernel kernel = card.openKernel("dotprod", "dotprod_1", TestXclbin.DOTPROD);
                    XrtRun run = kernel.openRun()) {
                XrtBuffer buffer = kernel.allocate(0, TestXclbin.BUFFER_BYTES);
                for (int i = 0; i < TestXclbin.DOTPROD.size(); i++) {
                    run.set(i, buffer);
                }
                buffer.access(image -> image.asFloatBuffer().put(new float[] {1, 2, 3}));
                buffer.syncToDevice();
                run.start();
                run.waitFor(LIMIT);
                buffer.syncFromDevice(0, buffer.bytes());
                float[] values = new float[3];
                buffer.access(image -> image.asFloatBuffer().get(values));
                assertThat(values).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    @ChildJvm.Wants(environment = "XILINX_XRT")
    void theRootMustBeSet() {
        assertThatThrownBy(() -> xrt().open(0))
                .isInstanceOf(XrtException.class)
                .hasMessage("load: XILINX_XRT is not set on host " + host() + "; " + INSTALL);
    }

    @Test
    @ChildJvm.Wants(environment = "XILINX_XRT=/usr")
    void theRootMustHaveTheDriver() {
        assertThatThrownBy(() -> xrt().open(0))
                .isInstanceOf(XrtException.class)
                .hasMessage("load: XILINX_XRT = /usr on host " + host() + ": there is no /usr/lib/libxrt_noop.so.2; "
                        + INSTALL);
    }

    @Test
    @ChildJvm.Wants(environment = {"XILINX_XRT=/nowhere", "XCL_EMULATION_MODE"})
    void withoutAModeTheDriverIsThatOfCards() {
        assertThatThrownBy(() -> xrt().open(0)).hasMessageContaining("there is no /nowhere/lib/libxrt_core.so.2;");
    }

    @Test
    @ChildJvm.Wants(environment = "XCL_EMULATION_MODE=fast")
    void anUnknownModeIsRefused() {
        assertThatThrownBy(() -> xrt().open(0))
                .isInstanceOf(XrtException.class)
                .hasMessage("load: XCL_EMULATION_MODE on host " + host()
                        + ": fast, allowed: noop, sw_emu, hw_emu or unset; correct or unset the variable");
    }

    @Test
    @ChildJvm.Wants(environment = {"XILINX_XRT", "XCL_EMULATION_MODE"})
    void theEnvironmentCanBeGiven() throws IOException {
        Xrt xrt = new Xrt(
                LIBRARY, Map.of("XILINX_XRT", Path.of("").toAbsolutePath().toString(), "XCL_EMULATION_MODE", "noop"));
        try (XrtDevice card = xrt.open(0)) {
            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
        }
    }

    @Test
    void aDriverThatCannotBeLoadedIsReported() throws IOException {
        Path root = Files.createDirectory(Path.of("root")).toAbsolutePath();
        Path driver =
                Files.writeString(Files.createDirectory(root.resolve("lib")).resolve("libxrt_noop.so.2"), "text");
        Xrt xrt = new Xrt(LIBRARY, Map.of("XILINX_XRT", root.toString()));

        assertThatThrownBy(() -> xrt.open(0))
                .isInstanceOf(XrtException.class)
                .hasMessageStartingWith("load: cannot load the driver " + driver + " on host " + host() + " (")
                .hasMessageEndingWith("; " + INSTALL);
    }

    @Test
    void anAbsentLibraryIsReported() {
        assertThatThrownBy(() -> new Xrt("libxrt_absent.so.2", Map.of()).open(0))
                .isInstanceOf(XrtException.class)
                .hasMessageStartingWith("load: cannot load the library libxrt_absent.so.2 on host " + host() + " (")
                .hasMessageEndingWith("; " + INSTALL);
    }

    @Test
    @ChildJvm.Wants(environment = "XCL_EMULATION_MODE")
    void aHostWithoutCardsHasNoCard() {
        assertThatThrownBy(() -> xrt().open(0))
                .isInstanceOf(XrtException.class)
                .hasMessage("card 0: xrtDeviceOpen: the card cannot be opened; see which cards xbutil examine lists");
        assertThatThrownBy(() -> xrt().open("0000:65:00.1"))
                .isInstanceOf(XrtException.class)
                .hasMessage("card 0000:65:00.1: xrtDeviceOpenByBDF: the card cannot be opened; see which cards xbutil"
                        + " examine lists");
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
