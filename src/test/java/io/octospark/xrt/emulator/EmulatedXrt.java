package io.octospark.xrt.emulator;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.Map;

/** The emulator's C functions, as its tests call them. */
interface EmulatedXrt extends Library {
    int TO_CARD = 0;
    int FROM_CARD = 1;

    int QUEUED = 2;
    int RUNNING = 3;
    int COMPLETED = 4;
    int ERROR = 5;
    int ABORT = 6;
    int TIMEOUT = 8;

    int ENOENT = 2;
    int EIO = 5;
    int EPERM = 1;
    int ENOMEM = 12;
    int EBUSY = 16;
    int ENODEV = 19;
    int EINVAL = 22;

    /** Loaded with RTLD_NOW and not RTLD_GLOBAL, so that it can live beside the real library. */
    static EmulatedXrt load() {
        return Native.load(EmulatedLibrary.file().toString(), EmulatedXrt.class, Map.of(OPTION_OPEN_FLAGS, 2));
    }

    Pointer xrtDeviceOpen(int index);

    Pointer xrtDeviceOpenByBDF(String bdf);

    int xrtDeviceClose(Pointer device);

    int xrtDeviceLoadXclbinFile(Pointer device, String file);

    int xrtDeviceGetXclbinUUID(Pointer device, byte[] out);

    Pointer xrtPLKernelOpen(Pointer device, byte[] uuid, String name);

    Pointer xrtPLKernelOpenExclusive(Pointer device, byte[] uuid, String name);

    int xrtKernelClose(Pointer kernel);

    int xrtKernelArgGroupId(Pointer kernel, int argument);

    Pointer xrtBOAlloc(Pointer device, long bytes, long flags, int group);

    Pointer xrtBOAllocUserPtr(Pointer device, Pointer data, long bytes, long flags, int group);

    Pointer xrtBOSubAlloc(Pointer parent, long bytes, long offset);

    Pointer xrtBOMap(Pointer buffer);

    int xrtBOFree(Pointer buffer);

    long xrtBOSize(Pointer buffer);

    int xrtBOSync(Pointer buffer, int direction, long bytes, long offset);

    int xrtBOWrite(Pointer buffer, float[] source, long bytes, long offset);

    int xrtBORead(Pointer buffer, float[] target, long bytes, long offset);

    int xrtBOCopy(Pointer target, Pointer source, long bytes, long targetOffset, long sourceOffset);

    Pointer xrtRunOpen(Pointer kernel);

    int xrtRunSetArg(Pointer run, int index, Object... value);

    Pointer xrtKernelRun(Pointer kernel, Object... values);

    int xrtRunStart(Pointer run);

    int xrtRunWait(Pointer run);

    int xrtRunWaitFor(Pointer run, int milliseconds);

    int xrtRunState(Pointer run);

    int xrtRunClose(Pointer run);
}
