package io.octospark.xrt;

import com.sun.jna.Pointer;
import io.octospark.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * Memory of a card and its image in the host's memory, little endian. Host and card see each other's changes only after a
 * sync. Made by {@link XrtKernel#allocate}.
 *
 * <p>The image is used in place, inside {@link #access}: no view of it is given away, because its addresses have another
 * owner once the buffer is freed. One thread at a time should use the contents; closing at the same time does no harm.
 */
public final class XrtBuffer implements AutoCloseable {
    /** Memory of the card and of the host; neither cached nor shared in a special way. */
    private static final long PLAIN_MEMORY = 0;

    private final XrtLibrary library;
    private final NativeResource resource;
    private final XrtTarget target;
    private final int bytes;
    private final int group;
    private final ByteBuffer image;

    private XrtBuffer(
            XrtLibrary library, NativeResource resource, XrtTarget target, int bytes, int group, ByteBuffer image) {
        this.library = library;
        this.resource = resource;
        this.target = target;
        this.bytes = bytes;
        this.group = group;
        this.image = image;
        resource.reportLeakOf(this);
    }

    /** A buffer that is closed before its kernel. */
    static XrtBuffer allocated(
            XrtLibrary library, long device, NativeResource kernel, XrtTarget target, int bytes, int group) {
        long handle = library.xrtBOAlloc(device, bytes, PLAIN_MEMORY, group);
        if (handle == XrtLibrary.NULL) {
            throw target.failure(
                    ErrorCode.CARD_MEMORY_FULL,
                    "xrtBOAlloc",
                    "no memory on the card in group " + group + " or on the host: " + bytes,
                    "use a smaller problem, or close what holds the memory");
        }
        NativeResource resource = kernel.child(
                NativeResource.Kind.BUFFER,
                handle,
                "a buffer of " + bytes + " bytes",
                target,
                (buffer, lastCall) -> NativeResource.released(target, "xrtBOFree", library.xrtBOFree(buffer)));
        try {
            Pointer address = library.xrtBOMap(handle);
            if (address == null) {
                throw target.failure(
                        ErrorCode.CARD_MEMORY_FULL,
                        "xrtBOMap",
                        "not mapped: " + bytes,
                        "see standard error for XRT's reason");
            }
            address.clear(bytes);
            return new XrtBuffer(library, resource, target, bytes, group, address.getByteBuffer(0, bytes));
        } catch (RuntimeException e) {
            resource.close();
            throw e;
        }
    }

    /** Returns the length. */
    public int bytes() {
        return bytes;
    }

    /** Returns the memory group that it is in, as XRT numbers them. */
    public int group() {
        return group;
    }

    /**
     * Lends the host's image, little endian, for the time of this call only. Closing the buffer waits for the end of the
     * call, so the user must not close the buffer, its kernel or its card inside.
     */
    public void access(Consumer<ByteBuffer> user) {
        resource.use("xrtBOMap", buffer -> {
            user.accept(image.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            return null;
        });
    }

    /** Sends the whole image to the card. */
    public void syncToDevice() {
        sync(XrtLibrary.SYNC_TO_DEVICE, "to", 0, bytes);
    }

    /** Fetches a part of the image from the card. */
    public void syncFromDevice(long offset, long length) {
        sync(XrtLibrary.SYNC_FROM_DEVICE, "from", offset, length);
    }

    /** Closes the runs that have this buffer as an argument, then frees the memory on both sides. */
    @Override
    public void close() {
        resource.close();
    }

    NativeResource resource() {
        return resource;
    }

    private void sync(int direction, String word, long offset, long length) {
        String call = "xrtBOSync";
        if (offset < 0 || length < 0 || length > bytes - offset) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    call,
                    "outside of the buffer",
                    length + " bytes at " + offset,
                    "within " + bytes + " bytes",
                    "use a part that it has");
        }
        int answer = resource.use(call, buffer -> library.xrtBOSync(buffer, direction, length, offset));
        if (answer != XrtLibrary.OK) {
            throw target.failure(
                    ErrorCode.TRANSFER_FAILED,
                    call,
                    "no transfer " + word + " the card: " + length + " bytes at " + offset,
                    "reset the card");
        }
    }
}
