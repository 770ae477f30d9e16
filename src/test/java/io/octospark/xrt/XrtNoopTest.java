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
    private static final String INSTALL =
            "install the Xilinx Runtime on this host (Debian: apt-get install libxrt1) and"
                    + " set XILINX_XRT to its folder";

    @Override
    Xrt xrt() {
        return new Xrt();
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

    private static Path libraries() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("libxrt_noop.so.2")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            "XRT's noop driver is not installed; on Debian: apt-get install libxrt1"));
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
                Xrt.DEFAULT_LIBRARY,
                Map.of("XILINX_XRT", Path.of("").toAbsolutePath().toString(), "XCL_EMULATION_MODE", "noop"));
        try (XrtDevice card = xrt.open(0)) {
            assertThat(card.load(xclbin())).isEqualTo(TestXclbin.UUID_1);
        }
    }

    @Test
    void aDriverThatCannotBeLoadedIsReported() throws IOException {
        Path root = Files.createDirectory(Path.of("root")).toAbsolutePath();
        Path driver =
                Files.writeString(Files.createDirectory(root.resolve("lib")).resolve("libxrt_noop.so.2"), "text");
        Xrt xrt = new Xrt(Xrt.DEFAULT_LIBRARY, Map.of("XILINX_XRT", root.toString()));

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
