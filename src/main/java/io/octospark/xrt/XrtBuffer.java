package io.octospark.xrt;

import com.sun.jna.Pointer;
import io.octospark.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Memory of a card and its image in the host's memory, little endian. Host and card see each other's changes after a
 * sync only. Made by {@link XrtKernel#allocate}.
 *
 * <p>The image is used in place, inside {@link #access} or by the bulk calls: after the buffer is freed its addresses
 * belong to somebody else, so no view of it is given away. One thread at a time should use the contents; closing at the
 * same time does no harm.
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

    /** Its length. */
    public int bytes() {
        return bytes;
    }

    /** The memory group that it is in, as XRT numbers them. */
    public int group() {
        return group;
    }

    /**
     * Lends the host's image, little endian, for the time of the call and not longer. Closing the buffer waits for the
     * end of it, so the user must not close the buffer, its kernel or its card inside.
     */
    public void access(Consumer<ByteBuffer> user) {
        resource.use("xrtBOMap", buffer -> {
            user.accept(image.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            return null;
        });
    }

    /** Copies floats to the host's image, from the given float of it on. */
    public void putFloats(int at, float[] source, int from, int count) {
        Objects.checkFromIndexSize(from, count, source.length);
        checkRange("xrtBOMap", (long) at * Float.BYTES, (long) count * Float.BYTES);
        access(view -> floats(view).put(at, source, from, count));
    }

    /** Copies floats out of the host's image, from the given float of it on. */
    public void getFloats(int at, float[] target, int from, int count) {
        Objects.checkFromIndexSize(from, count, target.length);
        checkRange("xrtBOMap", (long) at * Float.BYTES, (long) count * Float.BYTES);
        access(view -> floats(view).get(at, target, from, count));
    }

    /** Sends the whole image to the card. */
    public void syncToDevice() {
        syncToDevice(0, bytes);
    }

    /** Sends a part of the image to the card. */
    public void syncToDevice(long offset, long length) {
        sync(XrtLibrary.SYNC_TO_DEVICE, "to", offset, length);
    }

    /** Fetches the whole image from the card. */
    public void syncFromDevice() {
        syncFromDevice(0, bytes);
    }

    /** Fetches a part of the image from the card. */
    public void syncFromDevice(long offset, long length) {
        sync(XrtLibrary.SYNC_FROM_DEVICE, "from", offset, length);
    }

    /** Frees the memory on both sides; runs that it is an argument of are closed before. */
    @Override
    public void close() {
        resource.close();
    }

    NativeResource resource() {
        return resource;
    }

    private void sync(int direction, String word, long offset, long length) {
        String call = "xrtBOSync";
        checkRange(call, offset, length);
        int answer = resource.use(call, buffer -> library.xrtBOSync(buffer, direction, length, offset));
        if (answer != XrtLibrary.OK) {
            throw target.failure(
                    ErrorCode.TRANSFER_FAILED,
                    call,
                    "no transfer " + word + " the card: " + length + " bytes at " + offset,
                    "reset the card");
        }
    }

    private void checkRange(String call, long offset, long length) {
        if (offset < 0 || length < 0 || length > bytes - offset) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    call,
                    "outside of the buffer",
                    length + " bytes at " + offset,
                    "within " + bytes + " bytes",
                    "use a part that it has");
        }
    }

    private static FloatBuffer floats(ByteBuffer view) {
        return view.asFloatBuffer();
    }
}
