package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.xrt.xclbin.XclbinReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * An open card. {@link #load} programs it; {@link #openKernel} opens its compute units. Processes that share a card hold
 * a {@link CardLock} while they load and open their first kernel. Safe for use by several threads.
 */
public final class XrtDevice implements AutoCloseable {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final XrtLibrary library;
    private final NativeResource resource;
    private final String card;

    /** The xclbin on the card; null before the first is loaded. */
    private volatile UUID xclbin;

    private XrtDevice(XrtLibrary library, String card, long handle) {
        this.library = library;
        this.card = card;
        XrtTarget target = XrtTarget.card(card);
        this.resource = NativeResource.card(
                handle,
                "the card",
                target,
                (device, lastCall) ->
                        NativeResource.released(target, "xrtDeviceClose", library.xrtDeviceClose(device)));
        resource.reportLeakOf(this);
    }

    static XrtDevice opened(XrtLibrary library, String card, String call, long handle) {
        if (handle == XrtLibrary.NULL) {
            throw XrtTarget.card(card)
                    .failure(
                            ErrorCode.CARD_NOT_OPENED,
                            call,
                            "the card cannot be opened",
                            "see which cards xbutil examine lists");
        }
        return new XrtDevice(library, card, handle);
    }

    /** Returns the card as it was opened: an index or a BDF. */
    public String card() {
        return card;
    }

    /** Returns the xclbin that {@link #load} has put on the card. */
    public Optional<UUID> xclbin() {
        return Optional.ofNullable(xclbin);
    }

    /**
     * Puts an xclbin on the card and checks that it is the one. Does nothing if it is there already.
     *
     * @return its UUID
     * @throws XrtException when the file is not a sound xclbin, when kernels of this card are open, or when the card
     *     refuses it, for example because another process uses the xclbin that is there
     */
    public synchronized UUID load(Path file) {
        String call = "xrtDeviceLoadXclbinFile";
        return resource.use(call, device -> {
            // XRT would keep their contexts, which then stand in the way of new ones.
            if (resource.dependents() > 0) {
                throw target().failure(
                                ErrorCode.CARDS_IN_USE,
                                call,
                                "kernels of the card are open",
                                resource.dependents(),
                                "0",
                                "close them before another xclbin is loaded");
            }
            UUID wanted = check(file, call);
            // The card has no known xclbin until the new one is confirmed.
            xclbin = null;
            if (library.xrtDeviceLoadXclbinFile(device, file.toString()) != XrtLibrary.OK) {
                throw target().failure(
                                ErrorCode.BITSTREAM_NOT_LOADED,
                                call,
                                "the card refused " + file,
                                "see standard error for XRT's reason: a file for another platform, or a card in use with"
                                        + " another xclbin");
            }
            byte[] bytes = new byte[XrtLibrary.UUID_BYTES];
            int answer = library.xrtDeviceGetXclbinUUID(device, bytes);
            UUID loaded = uuid(bytes);
            if (answer != XrtLibrary.OK || !loaded.equals(wanted)) {
                throw target().failure(
                                ErrorCode.BITSTREAM_NOT_LOADED,
                                "xrtDeviceGetXclbinUUID",
                                "another xclbin is on the card after " + file + " was loaded",
                                loaded,
                                wanted,
                                "have one process at a time load the card");
            }
            xclbin = loaded;
            return loaded;
        });
    }

    /** Returns the UUID of a sound file; XRT ends the process for some damaged files. */
    private UUID check(Path file, String call) {
        UUID uuid;
        try {
            uuid = XclbinReader.read(file).uuid();
        } catch (InvalidInputException e) {
            Problem problem = e.problems().get(0);
            throw target().failure(problem.code(), call, problem.what(), problem.remedy(), e);
        } catch (IOException e) {
            throw target().failure(
                            ErrorCode.FILE_NOT_READABLE,
                            call,
                            file + ": cannot be read (" + e + ")",
                            "make it readable for this user, or copy it again",
                            e);
        }
        if (uuid.equals(new UUID(0, 0))) {
            throw target().failure(
                            ErrorCode.BITSTREAM_UUID,
                            call,
                            file + ": the UUID",
                            uuid,
                            "any but this, which means any xclbin",
                            "give the path of an xclbin that v++ has built");
        }
        return uuid;
    }

    /**
     * Opens one compute unit for this process alone.
     *
     * @param kernel such as {@code dotprod}
     * @param instance such as {@code dotprod_1}
     * @param arguments all arguments of the kernel, in its order
     */
    public synchronized XrtKernel openKernel(String kernel, String instance, List<XrtArgument> arguments) {
        String name = kernel + ":{" + instance + "}";
        String call = "xrtPLKernelOpenExclusive";
        UUID loaded = xclbin;
        XrtTarget unit = target(XrtTarget.card(card).unit(name), loaded);
        // A list of instances would open those that exist and drop the others.
        for (String part : List.of(kernel, instance)) {
            if (!IDENTIFIER.matcher(part).matches()) {
                throw unit.failure(
                        ErrorCode.XRT_MISUSE,
                        call,
                        "not a name",
                        part,
                        "a letter, then letters, digits and _",
                        "correct it");
            }
        }
        if (loaded == null) {
            throw unit.failure(ErrorCode.XRT_MISUSE, call, "the card has no xclbin", "load one first");
        }
        return resource.use(call, device -> {
            long handle = library.xrtPLKernelOpenExclusive(device, bytes(loaded), name);
            if (handle == XrtLibrary.NULL) {
                throw unit.failure(
                        ErrorCode.UNIT_NOT_OPENED,
                        call,
                        "the unit cannot be opened",
                        "check that the xclbin has it and that nobody else has it open exclusively");
            }
            return XrtKernel.opened(library, device, resource, unit, handle, arguments);
        });
    }

    private XrtTarget target() {
        return target(XrtTarget.card(card), xclbin);
    }

    private static XrtTarget target(XrtTarget target, UUID loaded) {
        return loaded == null ? target : target.xclbin(loaded);
    }

    /** Closes the card and everything opened on it. */
    @Override
    public void close() {
        resource.close();
    }

    private static UUID uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(XrtLibrary.UUID_BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }
}
