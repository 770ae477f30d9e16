// The C functions. Each looks up its handles and leaves the work to the other files; guarded() keeps exceptions inside.
#include <cstdarg>
#include <cstring>

#include "card.h"
#include "support.h"
#include "xrt_abi.h"

namespace {

using namespace emu;

// Never destroyed: handles that are still open when the process ends do no harm.
template <class T>
Handles<T>& handles() {
    static Handles<T>* const only = new Handles<T>;
    return *only;
}

Handles<Device>& devices() { return handles<Device>(); }
Handles<Buffer>& buffers() { return handles<Buffer>(); }
Handles<OpenKernel>& kernels() { return handles<OpenKernel>(); }
Handles<Run>& runs() { return handles<Run>(); }

struct XclbinHandle {
    explicit XclbinHandle(const std::string& bytes) : bytes(bytes), xclbin(Xclbin::parse(bytes)) {}
    const std::string bytes;
    const Xclbin xclbin;
};
Handles<XclbinHandle>& xclbins() { return handles<XclbinHandle>(); }

Failure unsupported(const char* function, int error = ERRNO_KEPT) {
    return Failure(error, std::string(function) + " is not emulated");
}

int bankOf(xrtMemoryGroup group) {
    // Newer headers put a slot above the bank; there is one slot.
    return static_cast<int>(group & 0xffff);
}

xrtBufferHandle allocate(xrtDeviceHandle dhdl, void* userData, size_t size, xrtBufferFlags flags, xrtMemoryGroup grp) {
    const auto device = devices().get(dhdl);
    const bool cardOnly = flags == (1U << 28);
    const bool cacheable = flags == (1U << 24);
    if (flags != 0 && !cacheable && !(cardOnly && !userData)) {
        throw Failure(EINVAL, "buffers with these flags are not emulated");
    }
    if (reinterpret_cast<uintptr_t>(userData) % 4096 != 0) {
        throw Failure(EINVAL, "userptr is not aligned");
    }
    if (size == 0) {
        throw Failure(EINVAL, "a buffer of 0 bytes");
    }
    const auto memory = std::make_shared<Memory>(
        device->card->design()->banks, static_cast<unsigned>(bankOf(grp)), size, userData, cardOnly);
    return buffers().add(std::make_shared<Buffer>(device, memory, 0, size));
}

xrtKernelHandle openKernel(xrtDeviceHandle dhdl, const unsigned char* uuid, const char* name, bool exclusive) {
    const auto device = devices().get(dhdl);
    if (uuid == nullptr || name == nullptr) {
        throw Failure(EINVAL, "a kernel without xclbin id or name");
    }
    return kernels().add(std::make_shared<OpenKernel>(device, uuid, name, exclusive));
}

// The next argument of a call of C. Its type stands in the xclbin; who passes something else isn't found out.
Value next(const Argument& argument, va_list& arguments) {
    Value value;
    value.set = true;
    if (argument.buffer) {
        value.buffer = buffers().get(va_arg(arguments, void*));
    } else if (argument.type == "float") {
        const float number = static_cast<float>(va_arg(arguments, double));
        std::memcpy(&value.bits, &number, sizeof number);
    } else if (argument.type == "double") {
        const double number = va_arg(arguments, double);
        std::memcpy(&value.bits, &number, sizeof number);
    } else if (argument.bytes <= sizeof(int)) {
        value.bits = static_cast<uint64_t>(static_cast<int64_t>(va_arg(arguments, int)));
    } else if (argument.bytes == sizeof(uint64_t)) {
        value.bits = va_arg(arguments, uint64_t);
    } else {
        throw Failure(ENOTSUP, "argument " + argument.name + " of " + std::to_string(argument.bytes) + " bytes");
    }
    return value;
}

int setArgument(xrtRunHandle rhdl, int index, va_list& arguments) {
    const auto run = runs().get(rhdl);
    run->set(index, next(run->kernel->argument(index), arguments));
    return 0;
}

xrtRunHandle openRun(std::shared_ptr<OpenKernel> kernel) {
    const auto run = std::make_shared<Run>(std::move(kernel));
    void* const handle = runs().add(run);
    run->progress->handle = handle;
    return handle;
}

int loadFile(xrtDeviceHandle dhdl, const std::string& bytes) {
    devices().get(dhdl)->card->load(bytes);
    return 0;
}

// Text or size, or both, to where the caller wants it.
void answer(const std::string& text, char* out, int size, int* needed) {
    if (out && size > 0) {
        std::strncpy(out, text.c_str(), static_cast<size_t>(size));
    }
    if (needed) {
        *needed = static_cast<int>(text.size());
    }
}

}  // namespace

extern "C" {

// Devices

xrtDeviceHandle xrtDeviceOpen(unsigned int index) {
    return guarded<void*>(nullptr, [&] { return devices().add(Device::open(index, ENOENT)); });
}

xrtDeviceHandle xrtDeviceOpenByBDF(const char* bdf) {
    return guarded<void*>(nullptr, [&] {
        return devices().add(Device::open(std::string(bdf ? bdf : ""), ERRNO_KEPT));
    });
}

// The driver's handle of a device is the device's own handle here, so that xrtXclbinUUID can be asked.
xclDeviceHandle xrtDeviceToXclDevice(xrtDeviceHandle dhdl) {
    return guarded<void*>(nullptr, [&] {
        devices().get(dhdl);
        return dhdl;
    });
}

xrtDeviceHandle xrtDeviceOpenFromXcl(xclDeviceHandle) {
    return guarded<void*>(nullptr, []() -> void* { throw unsupported("xrtDeviceOpenFromXcl", EINVAL); });
}

int xrtDeviceClose(xrtDeviceHandle dhdl) {
    return guarded(-1, [&] {
        devices().remove(dhdl);
        return 0;
    });
}

int xrtDeviceLoadXclbin(xrtDeviceHandle dhdl, const struct axlf* xclbin) {
    return guarded(-1, [&] {
        return loadFile(dhdl, std::string(reinterpret_cast<const char*>(xclbin), Xclbin::lengthOf(xclbin)));
    });
}

int xrtDeviceLoadXclbinFile(xrtDeviceHandle dhdl, const char* xclbin_fnm) {
    return guarded(-1, [&] {
        devices().get(dhdl);
        return loadFile(dhdl, Xclbin::readFile(xclbin_fnm));
    });
}

int xrtDeviceLoadXclbinHandle(xrtDeviceHandle dhdl, xrtXclbinHandle xhdl) {
    return guarded(-1, [&] { return loadFile(dhdl, xclbins().get(xhdl)->bytes); });
}

int xrtDeviceLoadXclbinUUID(xrtDeviceHandle dhdl, const xuid_t uuid) {
    return guarded(-1, [&] {
        if (std::memcmp(devices().get(dhdl)->card->design()->xclbin.uuid.data(), uuid, 16) != 0) {
            throw Failure(ENODEV, "specified xclbin is not loaded");
        }
        return 0;
    });
}

int xrtDeviceGetXclbinUUID(xrtDeviceHandle dhdl, xuid_t out) {
    return guarded(-1, [&] {
        const Uuid uuid = devices().get(dhdl)->card->uuid();
        std::memcpy(out, uuid.data(), uuid.size());
        return 0;
    });
}

// Files

xrtXclbinHandle xrtXclbinAllocFilename(const char* filename) {
    return guarded<void*>(
        nullptr, [&] { return xclbins().add(std::make_shared<XclbinHandle>(Xclbin::readFile(filename))); });
}

xrtXclbinHandle xrtXclbinAllocAxlf(const struct axlf* top_axlf) {
    return guarded<void*>(nullptr, [&] {
        return xclbins().add(std::make_shared<XclbinHandle>(
            std::string(reinterpret_cast<const char*>(top_axlf), Xclbin::lengthOf(top_axlf))));
    });
}

xrtXclbinHandle xrtXclbinAllocRawData(const char* data, int size) {
    return guarded<void*>(nullptr, [&] {
        if (data == nullptr || size < 0) {
            throw Failure(EINVAL, "Invalid xclbin");
        }
        return xclbins().add(std::make_shared<XclbinHandle>(std::string(data, static_cast<size_t>(size))));
    });
}

int xrtXclbinFreeHandle(xrtXclbinHandle xhdl) {
    return guarded(-1, [&] {
        xclbins().remove(xhdl);
        return 0;
    });
}

int xrtXclbinGetXSAName(xrtXclbinHandle xhdl, char* name, int size, int* ret_size) {
    return guarded(-1, [&] {
        answer(xclbins().get(xhdl)->xclbin.platform, name, size, ret_size);
        return 0;
    });
}

int xrtXclbinGetUUID(xrtXclbinHandle xhdl, xuid_t ret_uuid) {
    return guarded(-1, [&] {
        const auto xclbin = xclbins().get(xhdl);
        std::memcpy(ret_uuid, xclbin->xclbin.uuid.data(), xclbin->xclbin.uuid.size());
        return 0;
    });
}

size_t xrtXclbinGetNumKernels(xrtXclbinHandle xhdl) {
    return guarded(SIZE_MAX, [&] { return xclbins().get(xhdl)->xclbin.kernels.size(); });
}

size_t xrtXclbinGetNumKernelComputeUnits(xrtXclbinHandle xhdl) {
    return guarded(SIZE_MAX, [&] { return xclbins().get(xhdl)->xclbin.units.size(); });
}

int xrtXclbinGetData(xrtXclbinHandle xhdl, char*, int, int*) {
    return guarded(-1, [&]() -> int {
        xclbins().get(xhdl);
        throw Failure(ERRNO_KEPT, "not implemented");
    });
}

int xrtXclbinUUID(xclDeviceHandle dhdl, xuid_t out) {
    return xrtDeviceGetXclbinUUID(dhdl, out);
}

// Buffers

xrtBufferHandle
xrtBOAllocUserPtr(xrtDeviceHandle dhdl, void* userptr, size_t size, xrtBufferFlags flags, xrtMemoryGroup grp) {
    return guarded<void*>(nullptr, [&] {
        if (userptr == nullptr) {
            throw Failure(EINVAL, "userptr is null");
        }
        return allocate(dhdl, userptr, size, flags, grp);
    });
}

xrtBufferHandle xrtBOAlloc(xrtDeviceHandle dhdl, size_t size, xrtBufferFlags flags, xrtMemoryGroup grp) {
    return guarded<void*>(nullptr, [&] { return allocate(dhdl, nullptr, size, flags, grp); });
}

xrtBufferHandle xrtBOImport(xrtDeviceHandle, xclBufferExportHandle) {
    return guarded<void*>(nullptr, []() -> void* { throw unsupported("xrtBOImport"); });
}

xclBufferExportHandle xrtBOExport(xrtBufferHandle) {
    return guarded<xclBufferExportHandle>(-1, []() -> xclBufferExportHandle { throw unsupported("xrtBOExport"); });
}

xrtBufferHandle xrtBOSubAlloc(xrtBufferHandle parent, size_t size, size_t offset) {
    return guarded<void*>(nullptr, [&] {
        const auto buffer = buffers().get(parent);
        buffer->check(size, offset, EINVAL, "sub buffer size and offset");
        return buffers().add(std::make_shared<Buffer>(buffer->device, buffer->memory, buffer->offset + offset, size));
    });
}

xrtBufferHandle xrtBOAllocFromXcl(xrtDeviceHandle, xclBufferHandle) {
    return guarded<void*>(nullptr, []() -> void* { throw unsupported("xrtBOAllocFromXcl"); });
}

int xrtBOFree(xrtBufferHandle bhdl) {
    return guarded(-1, [&] {
        const auto buffer = buffers().remove(bhdl, [](const Buffer& candidate) {
            if (candidate.memory->executions > 0) {
                throw Failure(EBUSY, "a buffer is freed while a kernel uses it: the real library would free it");
            }
        });
        buffer->freed = true;
        return 0;
    });
}

size_t xrtBOSize(xrtBufferHandle bhdl) {
    return guarded(SIZE_MAX, [&] { return buffers().get(bhdl)->bytes; });
}

uint64_t xrtBOAddress(xrtBufferHandle bhdl) {
    return guarded(UINT64_MAX, [&] {
        const auto buffer = buffers().get(bhdl);
        return buffer->memory->place.address + buffer->offset;
    });
}

int xrtBOSync(xrtBufferHandle bhdl, enum xclBOSyncDirection dir, size_t size, size_t offset) {
    return guarded(-1, [&] {
        const auto buffer = buffers().get(bhdl);
        if (dir != XCL_BO_SYNC_BO_TO_DEVICE && dir != XCL_BO_SYNC_BO_FROM_DEVICE) {
            throw Failure(EINVAL, "a sync in a direction that there isn't");
        }
        buffer->check(size, offset, EINVAL, "a sync past the end of a buffer");
        const bool toCard = dir == XCL_BO_SYNC_BO_TO_DEVICE;
        char* const host = buffer->host();
        if (!toCard && !buffer->memory->written) {
            throw Failure(EIO, "a buffer is read back that nobody has written: a real card may stop");
        }
        buffer->device->card->transfer(toCard, buffer->card() + offset, host + offset, size);
        if (toCard) {
            buffer->memory->written = true;
        }
        return 0;
    });
}

void* xrtBOMap(xrtBufferHandle bhdl) {
    return guarded<void*>(nullptr, [&] { return buffers().get(bhdl)->host(); });
}

int xrtBOWrite(xrtBufferHandle bhdl, const void* src, size_t size, size_t seek) {
    return guarded(-1, [&] {
        const auto buffer = buffers().get(bhdl);
        char* const host = buffer->host();
        buffer->check(size, seek, EINVAL, "attempting to write past buffer size");
        std::memcpy(host + seek, src, size);
        return 0;
    });
}

int xrtBORead(xrtBufferHandle bhdl, void* dst, size_t size, size_t skip) {
    return guarded(-1, [&] {
        const auto buffer = buffers().get(bhdl);
        const char* const host = buffer->host();
        buffer->check(size, skip, EINVAL, "attempting to read past buffer size");
        std::memcpy(dst, host + skip, size);
        return 0;
    });
}

int xrtBOCopy(xrtBufferHandle dst, xrtBufferHandle src, size_t sz, size_t dst_offset, size_t src_offset) {
    return guarded(-1, [&] {
        const auto target = buffers().get(dst);
        const auto source = buffers().get(src);
        if (sz == 0) {
            throw Failure(ERRNO_KEPT, "size must be a positive number");
        }
        target->check(sz, dst_offset, ERRNO_KEPT, "copying past destination buffer size");
        source->check(sz, src_offset, ERRNO_KEPT, "copying past source buffer size");
        target->device->card->checkPresent();
        std::memmove(target->card() + dst_offset, source->card() + src_offset, sz);
        if (source->memory->written) {
            target->memory->written = true;
        }
        return 0;
    });
}

// Kernels

xrtKernelHandle xrtPLKernelOpen(xrtDeviceHandle deviceHandle, const xuid_t xclbinId, const char* name) {
    return guarded<void*>(nullptr, [&] { return openKernel(deviceHandle, xclbinId, name, false); });
}

xrtKernelHandle xrtPLKernelOpenExclusive(xrtDeviceHandle deviceHandle, const xuid_t xclbinId, const char* name) {
    return guarded<void*>(nullptr, [&] { return openKernel(deviceHandle, xclbinId, name, true); });
}

int xrtKernelClose(xrtKernelHandle kernelHandle) {
    return guarded(-1, [&] {
        kernels().remove(kernelHandle);
        return 0;
    });
}

int xrtKernelArgGroupId(xrtKernelHandle kernelHandle, int argno) {
    return guarded(-1, [&] {
        const auto kernel = kernels().get(kernelHandle);
        kernel->argument(argno);
        const int group = kernel->units.front()->description.group(argno);
        if (group < 0) {
            throw Failure(ERRNO_KEPT, "argument " + std::to_string(argno) + " is not connected to memory");
        }
        return group;
    });
}

uint32_t xrtKernelArgOffset(xrtKernelHandle khdl, int argno) {
    return guarded(UINT32_MAX, [&] { return kernels().get(khdl)->argument(argno).offset; });
}

int xrtKernelReadRegister(xrtKernelHandle kernelHandle, uint32_t, uint32_t*) {
    return guarded(-1, [&]() -> int {
        kernels().get(kernelHandle);
        throw Failure(ERRNO_KEPT, "registers are not emulated");
    });
}

int xrtKernelWriteRegister(xrtKernelHandle kernelHandle, uint32_t, uint32_t) {
    return guarded(-1, [&]() -> int {
        kernels().get(kernelHandle);
        throw Failure(ERRNO_KEPT, "registers are not emulated");
    });
}

// Runs

xrtRunHandle xrtKernelRun(xrtKernelHandle kernelHandle, ...) {
    va_list arguments;
    va_start(arguments, kernelHandle);
    void* const result = guarded<void*>(nullptr, [&] {
        const auto kernel = kernels().get(kernelHandle);
        void* const handle = openRun(kernel);
        const auto run = runs().get(handle);
        try {
            for (size_t i = 0; i < kernel->kernel->arguments.size(); i++) {
                run->set(static_cast<int>(i), next(kernel->kernel->arguments[i], arguments));
            }
            run->start();
        } catch (...) {
            runs().remove(handle);
            throw;
        }
        return handle;
    });
    va_end(arguments);
    return result;
}

xrtRunHandle xrtRunOpen(xrtKernelHandle kernelHandle) {
    return guarded<void*>(nullptr, [&] { return openRun(kernels().get(kernelHandle)); });
}

int xrtRunSetArg(xrtRunHandle rhdl, int index, ...) {
    va_list arguments;
    va_start(arguments, index);
    const int result = guarded(-1, [&] { return setArgument(rhdl, index, arguments); });
    va_end(arguments);
    return result;
}

int xrtRunUpdateArg(xrtRunHandle rhdl, int index, ...) {
    va_list arguments;
    va_start(arguments, index);
    const int result = guarded(-1, [&] { return setArgument(rhdl, index, arguments); });
    va_end(arguments);
    return result;
}

int xrtRunStart(xrtRunHandle rhdl) {
    return guarded(-1, [&] {
        runs().get(rhdl)->start();
        return 0;
    });
}

enum ert_cmd_state xrtRunWait(xrtRunHandle rhdl) {
    return guarded(ERT_CMD_STATE_ABORT, [&] { return runs().get(rhdl)->wait(0); });
}

enum ert_cmd_state xrtRunWaitFor(xrtRunHandle rhdl, unsigned int timeout_ms) {
    return guarded(ERT_CMD_STATE_ABORT, [&] { return runs().get(rhdl)->wait(timeout_ms); });
}

enum ert_cmd_state xrtRunState(xrtRunHandle rhdl) {
    return guarded(ERT_CMD_STATE_ABORT, [&] {
        const auto run = runs().get(rhdl);
        const std::lock_guard<std::mutex> lock(run->progress->mutex);
        return run->progress->state;
    });
}

int xrtRunSetCallback(xrtRunHandle rhdl, enum ert_cmd_state state, RunCallback callback, void* data) {
    return guarded(-1, [&] {
        const auto run = runs().get(rhdl);
        if (state != ERT_CMD_STATE_COMPLETED) {
            throw Failure(EINVAL, "xrtRunSetCallback state may only be ERT_CMD_STATE_COMPLETED");
        }
        bool completed;
        {
            const std::lock_guard<std::mutex> lock(run->progress->mutex);
            run->progress->callback = callback;
            run->progress->callbackData = data;
            completed = run->progress->state == ERT_CMD_STATE_COMPLETED;
        }
        if (completed && callback) {
            callback(rhdl, ERT_CMD_STATE_COMPLETED, data);
        }
        return 0;
    });
}

int xrtRunClose(xrtRunHandle rhdl) {
    return guarded(-1, [&] {
        runs().remove(rhdl, [](const Run& run) {
            const std::lock_guard<std::mutex> lock(run.progress->mutex);
            if (!run.progress->over() && !run.progress->stuck) {
                throw Failure(EBUSY, "a run is closed before it is over: the real library may use its memory again");
            }
        });
        return 0;
    });
}

// Settings of the real library have no meaning here.

int xrtIniStringSet(const char*, const char*) {
    return 0;
}

int xrtIniUintSet(const char*, unsigned int) {
    return 0;
}

}  // extern "C"
