package io.octospark.xrt;

import com.sun.jna.Library;
import com.sun.jna.Pointer;

/**
 * The functions of XRT's C API that OctoSpark calls, as they stand in xrt_device.h, xrt_bo.h and xrt_kernel.h; unchanged
 * from XRT 2.13 to 2.23. No logic: calls with wrong values can end the process, so only the handles of this package call
 * them. A handle is the address that XRT gave, 0 being none; size_t and flags are longs, xuid_t is 16 bytes, an enum is
 * an int. {@code errno} says nothing reliable, neither after success nor after failure, and is not asked for.
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

    /** A run that reached its time limit. */
    int STATE_TIMEOUT = 8;

    /** Bytes of an xuid_t. */
    int UUID_BYTES = 16;

    long xrtDeviceOpen(int index);

    long xrtDeviceOpenByBDF(String bdf);

    int xrtDeviceClose(long device);

    int xrtDeviceLoadXclbinFile(long device, String file);

    int xrtDeviceGetXclbinUUID(long device, byte[] uuid);

    long xrtPLKernelOpen(long device, byte[] uuid, String name);

    long xrtPLKernelOpenExclusive(long device, byte[] uuid, String name);

    int xrtKernelClose(long kernel);

    int xrtKernelArgGroupId(long kernel, int index);

    int xrtKernelArgOffset(long kernel, int index);

    long xrtBOAlloc(long device, long bytes, long flags, int group);

    int xrtBOFree(long buffer);

    long xrtBOSize(long buffer);

    int xrtBOSync(long buffer, int direction, long bytes, long offset);

    Pointer xrtBOMap(long buffer);

    int xrtBOWrite(long buffer, byte[] source, long bytes, long offset);

    int xrtBORead(long buffer, byte[] target, long bytes, long offset);

    long xrtRunOpen(long kernel);

    /** The value is true varargs: a buffer's handle as Long, an Integer, Long, Float (which C gets as double) or Double. */
    int xrtRunSetArg(long run, int index, Object... value);

    int xrtRunStart(long run);

    int xrtRunWait(long run);

    int xrtRunWaitFor(long run, int milliseconds);

    int xrtRunState(long run);

    int xrtRunClose(long run);
}
