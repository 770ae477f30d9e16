// Opened kernels and their runs, with the checks before a start.
#include <algorithm>
#include <cstring>

#include "card.h"
#include "support.h"

namespace emu {
namespace {

std::string hexadecimal(uint64_t number) {
    char text[20];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
    return text;
}

}  // namespace

std::vector<uint64_t> extents(const std::string& kernel, const Xclbin& xclbin) {
    const uint64_t complexBytes = 8;
    const uint64_t floatBytes = 4;
    const uint64_t matrix = xclbin.rows * xclbin.cols * complexBytes;
    if (xclbin.rows != 0 && xclbin.cols != 0) {
        if (baseName(kernel) == "dotprod") {
            return {matrix, xclbin.cols * floatBytes, xclbin.rows * complexBytes};
        }
        if (baseName(kernel) == "update") {
            return {xclbin.rows * complexBytes, matrix, xclbin.cols * complexBytes};
        }
    }
    return {};
}

OpenKernel::OpenKernel(
    std::shared_ptr<Device> opened, const unsigned char* uuid, const std::string& name, bool exclusive)
    : device(std::move(opened)), exclusive(exclusive), design(device->card->design()) {
    const Uuid any{};
    if (std::memcmp(uuid, any.data(), any.size()) != 0 &&
        std::memcmp(uuid, design->xclbin.uuid.data(), any.size()) != 0) {
        throw Failure(EINVAL, "xclbin id mismatch");
    }
    const size_t colon = name.find(':');
    const std::string kernelName = name.substr(0, colon);
    for (const Kernel& candidate : design->xclbin.kernels) {
        if (candidate.name == kernelName) {
            kernel = &candidate;
        }
    }
    if (!kernel) {
        throw Failure(EINVAL, "No such kernel '" + kernelName + "'");
    }
    const std::string list = colon == std::string::npos ? "" : name.substr(colon + 1);
    const bool braces = list.size() > 2 && list.front() == '{' && list.back() == '}';
    const std::string wanted = braces ? "," + list.substr(1, list.size() - 2) + "," : "";
    // As in the real library, names of units that aren't there are passed over while one of them is.
    for (const auto& unit : design->units) {
        const ComputeUnit& description = unit->description;
        if (&design->xclbin.kernels[description.kernel] == kernel &&
            (colon == std::string::npos || wanted.find("," + description.name + ",") != std::string::npos)) {
            units.push_back(unit.get());
        }
    }
    if (units.empty()) {
        throw Failure(ERRNO_KEPT, "No compute units matching '" + name + "'");
    }
    const std::lock_guard<std::mutex> lock(device->card->mutex);
    for (const Unit* const unit : units) {
        if ((exclusive ? unit->shared : unit->exclusive) > 0) {
            throw Failure(ERRNO_KEPT, "Conflicting access mode for " + unit->description.name);
        }
    }
    for (Unit* const unit : units) {
        (exclusive ? unit->exclusive : unit->shared)++;
    }
}

OpenKernel::~OpenKernel() {
    const std::lock_guard<std::mutex> lock(device->card->mutex);
    for (Unit* const unit : units) {
        (exclusive ? unit->exclusive : unit->shared)--;
    }
}

const Argument& OpenKernel::argument(int index) const {
    if (index < 0 || static_cast<size_t>(index) >= kernel->arguments.size()) {
        throw Failure(
            ERRNO_KEPT,
            "argument " + std::to_string(index) + " of a kernel that has " + std::to_string(kernel->arguments.size()));
    }
    return kernel->arguments[static_cast<size_t>(index)];
}

Run::Run(std::shared_ptr<OpenKernel> kernel)
    : kernel(std::move(kernel)),
      progress(std::make_shared<Progress>()),
      values_(this->kernel->kernel->arguments.size()) {}

void Run::set(int index, Value value) {
    const std::lock_guard<std::mutex> lock(mutex_);
    values_[static_cast<size_t>(index)] = std::move(value);
}

void Run::start() {
    const std::lock_guard<std::mutex> lock(mutex_);
    kernel->device->card->checkPresent();
    const std::string name = kernel->kernel->name;
    {
        const std::lock_guard<std::mutex> progressLock(progress->mutex);
        if (!progress->over()) {
            throw Failure(EBUSY, name + " is started while it runs: the real library would lose track of it");
        }
    }
    const std::vector<Argument>& arguments = kernel->kernel->arguments;
    const std::vector<uint64_t> extent = extents(name, kernel->design->xclbin);
    std::vector<Unit*> candidates = kernel->units;
    for (size_t i = 0; i < arguments.size(); i++) {
        const std::string what = "argument " + std::to_string(i) + " (" + arguments[i].name + ") of " + name;
        if (!values_[i].set) {
            throw Failure(EINVAL, what + " is not set: the real library would start it");
        }
        if (!arguments[i].buffer) {
            continue;
        }
        const Buffer& buffer = *values_[i].buffer;
        if (buffer.freed) {
            throw Failure(EINVAL, what + " is a freed buffer: the real library would start it");
        }
        if (buffer.device->card != kernel->device->card) {
            throw Failure(EINVAL, what + " is a buffer of another card: the real library would start it");
        }
        // Memory ports are up to 64 bytes wide.
        if (buffer.offset % 64 != 0) {
            throw Failure(
                EINVAL, what + " begins at " + std::to_string(buffer.offset) + ", not a multiple of 64 bytes");
        }
        if (i < extent.size() && buffer.bytes < extent[i]) {
            throw Failure(
                EINVAL,
                what + " has " + std::to_string(buffer.bytes) + " bytes, the kernel uses " + std::to_string(extent[i]) +
                    ": the real library would start it");
        }
        const int bank = static_cast<int>(buffer.memory->place.bank);
        candidates.erase(
            std::remove_if(
                candidates.begin(),
                candidates.end(),
                [&](const Unit* unit) {
                    const auto banks = unit->description.banks.find(static_cast<int>(i));
                    return banks == unit->description.banks.end() || banks->second.count(bank) == 0;
                }),
            candidates.end());
        if (candidates.empty()) {
            throw Failure(
                EINVAL,
                what + " is in bank " + buffer.memory->place.banks->tag(buffer.memory->place.bank) + " at " +
                    hexadecimal(buffer.memory->place.address) +
                    ", where no opened unit reaches it: the real library would start it");
        }
    }
    std::vector<size_t> waiting;
    for (Unit* const unit : candidates) {
        waiting.push_back(unit->waiting());
    }
    Unit* const unit = candidates[static_cast<size_t>(
        std::min_element(waiting.begin(), waiting.end()) - waiting.begin())];
    auto execution = std::make_shared<Execution>(progress, arguments, values_);
    {
        const std::lock_guard<std::mutex> progressLock(progress->mutex);
        progress->state = ERT_CMD_STATE_QUEUED;
        progress->stuck = false;
    }
    try {
        unit->submit(std::move(execution));
    } catch (...) {
        progress->reach(ERT_CMD_STATE_NEW);
        throw;
    }
}

ert_cmd_state Run::wait(unsigned milliseconds) const {
    std::unique_lock<std::mutex> lock(progress->mutex);
    if (progress->state == ERT_CMD_STATE_NEW) {
        throw Failure(EINVAL, "a run that was never started is waited for: the real library would wait for ever");
    }
    const auto over = [this] { return progress->over(); };
    if (milliseconds == 0) {
        progress->changed.wait(lock, over);
    } else if (!waitUntil(progress->changed, lock, now() + milliseconds * INT64_C(1000000), over)) {
        return ERT_CMD_STATE_TIMEOUT;
    }
    return progress->state;
}

}  // namespace emu
