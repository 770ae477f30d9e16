// The C functions of the Xilinx Runtime that this library provides.
//
// With the packages libxrt-dev and uuid-dev the types come from the real headers, and the prototypes below, which are
// always there, become a check: a signature that differs from the real one doesn't compile.
#ifndef OCTOSPARK_EMULATOR_XRT_ABI_H
#define OCTOSPARK_EMULATOR_XRT_ABI_H

#if __has_include(<xrt/xrt_kernel.h>) && __has_include(<uuid/uuid.h>)

#include <experimental/xrt_xclbin.h>
#include <xrt/xrt_bo.h>
#include <xrt/xrt_device.h>
#include <xrt/xrt_kernel.h>

#else

#include <cstddef>
#include <cstdint>

typedef void* xrtDeviceHandle;
typedef void* xrtXclbinHandle;
typedef void* xrtBufferHandle;
typedef void* xrtKernelHandle;
typedef void* xrtRunHandle;
typedef void* xclDeviceHandle;
typedef unsigned int xclBufferHandle;
typedef int32_t xclBufferExportHandle;
typedef uint64_t xrtBufferFlags;
typedef uint32_t xrtMemoryGroup;
typedef unsigned char xuid_t[16];
struct axlf;

enum xclBOSyncDirection {
    XCL_BO_SYNC_BO_TO_DEVICE = 0,
    XCL_BO_SYNC_BO_FROM_DEVICE,
    XCL_BO_SYNC_BO_GMIO_TO_AIE,
    XCL_BO_SYNC_BO_AIE_TO_GMIO,
};

enum ert_cmd_state {
    ERT_CMD_STATE_NEW = 1,
    ERT_CMD_STATE_QUEUED = 2,
    ERT_CMD_STATE_RUNNING = 3,
    ERT_CMD_STATE_COMPLETED = 4,
    ERT_CMD_STATE_ERROR = 5,
    ERT_CMD_STATE_ABORT = 6,
    ERT_CMD_STATE_SUBMITTED = 7,
    ERT_CMD_STATE_TIMEOUT = 8,
    ERT_CMD_STATE_NORESPONSE = 9,
    ERT_CMD_STATE_SKERROR = 10,
    ERT_CMD_STATE_SKCRASHED = 11,
    ERT_CMD_STATE_MAX,
};

#endif

// The library hides every other symbol.
#define EMU_EXPORT extern "C" __attribute__((visibility("default")))

typedef void (*RunCallback)(xrtRunHandle, enum ert_cmd_state, void*);

EMU_EXPORT xrtDeviceHandle xrtDeviceOpen(unsigned int index);
EMU_EXPORT xrtDeviceHandle xrtDeviceOpenByBDF(const char* bdf);
EMU_EXPORT xrtDeviceHandle xrtDeviceOpenFromXcl(xclDeviceHandle xhdl);
EMU_EXPORT int xrtDeviceClose(xrtDeviceHandle dhdl);
EMU_EXPORT int xrtDeviceLoadXclbin(xrtDeviceHandle dhdl, const struct axlf* xclbin);
EMU_EXPORT int xrtDeviceLoadXclbinFile(xrtDeviceHandle dhdl, const char* xclbin_fnm);
EMU_EXPORT int xrtDeviceLoadXclbinHandle(xrtDeviceHandle dhdl, xrtXclbinHandle xhdl);
EMU_EXPORT int xrtDeviceLoadXclbinUUID(xrtDeviceHandle dhdl, const xuid_t uuid);
EMU_EXPORT int xrtDeviceGetXclbinUUID(xrtDeviceHandle dhdl, xuid_t out);
EMU_EXPORT xclDeviceHandle xrtDeviceToXclDevice(xrtDeviceHandle dhdl);

EMU_EXPORT xrtXclbinHandle xrtXclbinAllocFilename(const char* filename);
EMU_EXPORT xrtXclbinHandle xrtXclbinAllocAxlf(const struct axlf* top_axlf);
EMU_EXPORT xrtXclbinHandle xrtXclbinAllocRawData(const char* data, int size);
EMU_EXPORT int xrtXclbinFreeHandle(xrtXclbinHandle xhdl);
EMU_EXPORT int xrtXclbinGetXSAName(xrtXclbinHandle xhdl, char* name, int size, int* ret_size);
EMU_EXPORT int xrtXclbinGetUUID(xrtXclbinHandle xhdl, xuid_t ret_uuid);
EMU_EXPORT size_t xrtXclbinGetNumKernels(xrtXclbinHandle xhdl);
EMU_EXPORT size_t xrtXclbinGetNumKernelComputeUnits(xrtXclbinHandle xhdl);
EMU_EXPORT int xrtXclbinGetData(xrtXclbinHandle xhdl, char* data, int size, int* ret_size);
EMU_EXPORT int xrtXclbinUUID(xclDeviceHandle dhdl, xuid_t out);

EMU_EXPORT xrtBufferHandle
xrtBOAllocUserPtr(xrtDeviceHandle dhdl, void* userptr, size_t size, xrtBufferFlags flags, xrtMemoryGroup grp);
EMU_EXPORT xrtBufferHandle xrtBOAlloc(xrtDeviceHandle dhdl, size_t size, xrtBufferFlags flags, xrtMemoryGroup grp);
EMU_EXPORT xrtBufferHandle xrtBOImport(xrtDeviceHandle dhdl, xclBufferExportHandle ehdl);
EMU_EXPORT xclBufferExportHandle xrtBOExport(xrtBufferHandle bhdl);
EMU_EXPORT xrtBufferHandle xrtBOSubAlloc(xrtBufferHandle parent, size_t size, size_t offset);
EMU_EXPORT xrtBufferHandle xrtBOAllocFromXcl(xrtDeviceHandle dhdl, xclBufferHandle xhdl);
EMU_EXPORT int xrtBOFree(xrtBufferHandle bhdl);
EMU_EXPORT size_t xrtBOSize(xrtBufferHandle bhdl);
EMU_EXPORT uint64_t xrtBOAddress(xrtBufferHandle bhdl);
EMU_EXPORT int xrtBOSync(xrtBufferHandle bhdl, enum xclBOSyncDirection dir, size_t size, size_t offset);
EMU_EXPORT void* xrtBOMap(xrtBufferHandle bhdl);
EMU_EXPORT int xrtBOWrite(xrtBufferHandle bhdl, const void* src, size_t size, size_t seek);
EMU_EXPORT int xrtBORead(xrtBufferHandle bhdl, void* dst, size_t size, size_t skip);
EMU_EXPORT int xrtBOCopy(xrtBufferHandle dst, xrtBufferHandle src, size_t sz, size_t dst_offset, size_t src_offset);

EMU_EXPORT xrtKernelHandle xrtPLKernelOpen(xrtDeviceHandle deviceHandle, const xuid_t xclbinId, const char* name);
EMU_EXPORT xrtKernelHandle
xrtPLKernelOpenExclusive(xrtDeviceHandle deviceHandle, const xuid_t xclbinId, const char* name);
EMU_EXPORT int xrtKernelClose(xrtKernelHandle kernelHandle);
EMU_EXPORT int xrtKernelArgGroupId(xrtKernelHandle kernelHandle, int argno);
EMU_EXPORT uint32_t xrtKernelArgOffset(xrtKernelHandle khdl, int argno);
EMU_EXPORT int xrtKernelReadRegister(xrtKernelHandle kernelHandle, uint32_t offset, uint32_t* datap);
EMU_EXPORT int xrtKernelWriteRegister(xrtKernelHandle kernelHandle, uint32_t offset, uint32_t data);
EMU_EXPORT xrtRunHandle xrtKernelRun(xrtKernelHandle kernelHandle, ...);
EMU_EXPORT xrtRunHandle xrtRunOpen(xrtKernelHandle kernelHandle);
EMU_EXPORT int xrtRunSetArg(xrtRunHandle rhdl, int index, ...);
EMU_EXPORT int xrtRunUpdateArg(xrtRunHandle rhdl, int index, ...);
EMU_EXPORT int xrtRunStart(xrtRunHandle rhdl);
EMU_EXPORT enum ert_cmd_state xrtRunWait(xrtRunHandle rhdl);
EMU_EXPORT enum ert_cmd_state xrtRunWaitFor(xrtRunHandle rhdl, unsigned int timeout_ms);
EMU_EXPORT enum ert_cmd_state xrtRunState(xrtRunHandle rhdl);
EMU_EXPORT int xrtRunSetCallback(xrtRunHandle rhdl, enum ert_cmd_state state, RunCallback callback, void* data);
EMU_EXPORT int xrtRunClose(xrtRunHandle rhdl);

// Not compared: the header xrt_ini.h can't be included without linking the real library.
EMU_EXPORT int xrtIniStringSet(const char* key, const char* value);
EMU_EXPORT int xrtIniUintSet(const char* key, unsigned int value);

#endif
