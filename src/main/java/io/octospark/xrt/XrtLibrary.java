package io.octospark.xrt;

import com.sun.jna.Library;
import com.sun.jna.Pointer;

/**
 * The functions of XRT's C API that OctoSpark calls, as declared in xrt_device.h, xrt_bo.h and xrt_kernel.h; they are the
 * same from XRT 2.13 to 2.23. There is no logic here: calls with wrong values can end the process, so only the classes of
 * this package call them.
 *
 * <p>A handle is the address that XRT returned; 0 is no handle. A size_t and flags are longs, an xuid_t is 16 bytes, an
 * enum is an int. {@code errno} is reliable neither after success nor after failure, and is not read.
 */
interface XrtLibrary extends Library {
    /** Direction of {@link #xrtBOSync}: host to card. */
    int SYNC_TO_DEVICE = 0;
    /** Direction of {@link #xrtBOSync}: card to host. */
    int SYNC_FROM_DEVICE = 1;

    /** Answer of the functions that give an int: done. */
    int OK = 0;
    /** No handle. */
    long NULL = 0;

    /** A run that is over and well. */
    int STATE_COMPLETED = 4;

    /** Bytes of an xuid_t. */
    int UUID_BYTES = 16;

    long xrtDeviceOpen(int index);

    long xrtDeviceOpenByBDF(String bdf);

    int xrtDeviceClose(long device);

    int xrtDeviceLoadXclbinFile(long device, String file);

    int xrtDeviceGetXclbinUUID(long device, byte[] uuid);

    long xrtPLKernelOpenExclusive(long device, byte[] uuid, String name);

    int xrtKernelClose(long kernel);

    int xrtKernelArgGroupId(long kernel, int index);

    long xrtBOAlloc(long device, long bytes, long flags, int group);

    int xrtBOFree(long buffer);

    int xrtBOSync(long buffer, int direction, long bytes, long offset);

    Pointer xrtBOMap(long buffer);

    long xrtRunOpen(long kernel);

    /** C declares the value as varargs: here it is always a buffer's handle as Long. */
    int xrtRunSetArg(long run, int index, Object... value);

    int xrtRunStart(long run);

    int xrtRunWaitFor(long run, int milliseconds);

    int xrtRunClose(long run);
}
