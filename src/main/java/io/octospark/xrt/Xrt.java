package io.octospark.xrt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.octospark.error.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The Xilinx Runtime (XRT) of this host: opens cards. Nothing native is loaded before the first card is opened, and only
 * after a check of what XRT would otherwise end the JVM for.
 *
 * <pre>{@code
 * try (XrtDevice card = new Xrt("libxrt_coreutil.so.2", Map.of()).open("0000:65:00.1")) {
 *     card.load(Path.of("design.xclbin"));
 *     try (XrtKernel unit = card.openKernel("dotprod", "dotprod_1", arguments);
 *             XrtBuffer matrix = unit.allocate(0, bytes);
 *             XrtRun run = unit.openRun()) {
 *         matrix.access(image -> image.asFloatBuffer().put(values));
 *         matrix.syncToDevice();
 *         run.set(0, matrix); // and the other arguments
 *         run.start();
 *         run.waitFor(Duration.ofSeconds(10));
 *     }
 * }
 * }</pre>
 *
 * <p>What was opened may be closed in any order, twice, and by several threads: closing first closes what needs it, in
 * the order run, buffer, kernel, card. Closing never throws and waits at most a second for each call or run under way;
 * what the card then still works on is abandoned together with its card, which is logged. What is never closed is logged
 * when it is collected, stays with its card, and is freed with that, or when the JVM ends.
 *
 * <p>Every failure is an {@link XrtException}. All classes here are safe for use by several threads unless they say
 * otherwise; compute units of one card are meant to be used by one thread each.
 */
public final class Xrt {
    private static final String ROOT = "XILINX_XRT";
    private static final String MODE = "XCL_EMULATION_MODE";
    private static final String INSTALL =
            "install the Xilinx Runtime on this host (Debian: apt-get install libxrt1) and set XILINX_XRT to its folder";

    /** The driver that XRT loads from $XILINX_XRT/lib, by mode; without a mode the one for cards. */
    private static final Map<String, String> DRIVERS = Map.of(
            "", "libxrt_core.so.2",
            "noop", "libxrt_noop.so.2",
            "sw_emu", "libxrt_swemu.so.2",
            "hw_emu", "libxrt_hwemu.so.2");

    private static final Pattern BDF = Pattern.compile("([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");

    /** RTLD_NOW and local: exports of one card library must not replace those of another in the same process. */
    private static final int OPEN_FLAGS = 2;

    private static final Map<String, Object> OPTIONS = Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS);

    /** The environment as native code sees it; Java's own copy is from the start of the JVM. */
    private interface CLibrary extends Library {
        String getenv(String name);

        int setenv(String name, String value, int overwrite);
    }

    private final String libraryName;
    private final Map<String, String> environment;
    private final boolean stubbed;

    private XrtLibrary library;

    @SuppressWarnings("unused") // Held, so that JNA does not unload it.
    private NativeLibrary driver;

    /**
     * A library of the Xilinx Runtime.
     *
     * @param library name or path
     * @param environment variables to set in this process before the library is loaded, such as {@code XILINX_XRT} and
     *     {@code XCL_EMULATION_MODE}; only needed where the JVM was started without them. Other native threads that read
     *     the environment at that moment are at risk, which is C's rule.
     */
    public Xrt(String library, Map<String, String> environment) {
        this(library, environment, false);
    }

    private Xrt(String library, Map<String, String> environment, boolean stubbed) {
        this.libraryName = library;
        this.environment = new LinkedHashMap<>(environment);
        this.stubbed = stubbed;
    }

    /** Another library with XRT's C API, such as an emulated card, which needs no driver and none of XRT's variables. */
    public static Xrt standIn(Path library, Map<String, String> environment) {
        return new Xrt(library.toAbsolutePath().toString(), environment, true);
    }

    /** For tests of what the library answers. */
    static Xrt of(XrtLibrary library) {
        Xrt xrt = new Xrt("", Map.of(), true);
        xrt.library = library;
        return xrt;
    }

    /** Opens a card by its index among the cards of this host. */
    public XrtDevice open(int index) {
        String card = Integer.toString(index);
        if (index < 0) {
            throw XrtTarget.card(card)
                    .failure(
                            ErrorCode.CARD_NOT_OPENED,
                            "xrtDeviceOpen",
                            "no such card",
                            index,
                            "0 or more",
                            "count cards from 0");
        }
        XrtLibrary loaded = library();
        return XrtDevice.opened(loaded, card, "xrtDeviceOpen", loaded.xrtDeviceOpen(index));
    }

    /** Opens a card by its place on the PCI bus, such as {@code 0000:65:00.1}. */
    public XrtDevice open(String bdf) {
        if (!BDF.matcher(bdf).matches()) {
            throw XrtTarget.card(bdf)
                    .failure(
                            ErrorCode.CARD_NOT_OPENED,
                            "xrtDeviceOpenByBDF",
                            "not a place on the PCI bus",
                            bdf,
                            "domain:bus:device.function in hexadecimal, such as 0000:65:00.1",
                            "take it from xbutil examine");
        }
        XrtLibrary loaded = library();
        return XrtDevice.opened(loaded, bdf, "xrtDeviceOpenByBDF", loaded.xrtDeviceOpenByBDF(bdf));
    }

    /** Opens a card of a list, by its place on the PCI bus where it has one. */
    public XrtDevice open(Card card) {
        return card.bdf().isEmpty() ? open(card.index()) : open(card.bdf());
    }

    /**
     * Loads the library, which else the first card does. Fails with the missing part, the host and the remedy.
     *
     * @throws XrtException when the library or its driver cannot be had
     */
    public void load() {
        library();
    }

    synchronized XrtLibrary library() {
        if (library == null) {
            CLibrary c = cLibrary();
            environment.forEach((name, value) -> {
                if (!value.equals(c.getenv(name))) {
                    c.setenv(name, value, 1);
                }
            });
            Path driverFile = stubbed ? null : driverFile(c);
            XrtLibrary loaded;
            try {
                loaded = Native.load(libraryName, XrtLibrary.class, OPTIONS);
            } catch (UnsatisfiedLinkError e) {
                throw failure(
                        "cannot load the library " + libraryName,
                        stubbed ? "give the path of the library" : INSTALL,
                        e);
            }
            if (driverFile != null) {
                // XRT ends the process when it cannot load its driver; loaded here, XRT finds it in place.
                try {
                    driver = NativeLibrary.getInstance(driverFile.toString(), OPTIONS);
                } catch (UnsatisfiedLinkError e) {
                    throw failure("cannot load the driver " + driverFile, INSTALL, e);
                }
            }
            library = loaded;
        }
        return library;
    }

    private static CLibrary cLibrary() {
        try {
            return Native.load(null, CLibrary.class);
        } catch (LinkageError e) {
            // JNA unpacks its own library into the folder for temporary files.
            throw XrtTarget.NONE.failure(
                    ErrorCode.XRT_NOT_LOADED,
                    "load",
                    "JNA does not work on host " + host() + " (" + e + ")",
                    "give the JVM a folder that it may write to and load libraries from: -Djna.tmpdir=FOLDER",
                    e);
        }
    }

    /** Returns where XRT will look for its driver. */
    private static Path driverFile(CLibrary c) {
        String mode = c.getenv(MODE);
        String name = DRIVERS.get(mode == null ? "" : mode);
        if (name == null) {
            throw XrtTarget.NONE.failure(
                    ErrorCode.ENVIRONMENT_VARIABLE,
                    "load",
                    MODE + " on host " + host(),
                    mode,
                    "noop, sw_emu, hw_emu or unset",
                    "correct or unset the variable");
        }
        String root = c.getenv(ROOT);
        if (root == null || root.isEmpty()) {
            throw XrtTarget.NONE.failure(
                    ErrorCode.XRT_NOT_LOADED, "load", ROOT + " is not set on host " + host(), INSTALL);
        }
        Path file = Path.of(root, "lib", name).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw XrtTarget.NONE.failure(
                    ErrorCode.XRT_NOT_LOADED,
                    "load",
                    ROOT + " = " + root + " on host " + host() + ": there is no " + file,
                    INSTALL);
        }
        return file;
    }

    private static XrtException failure(String problem, String remedy, UnsatisfiedLinkError cause) {
        String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return XrtTarget.NONE.failure(
                ErrorCode.XRT_NOT_LOADED, "load", problem + " on host " + host() + " (" + reason + ")", remedy, cause);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "(without a name)";
        }
    }
}
