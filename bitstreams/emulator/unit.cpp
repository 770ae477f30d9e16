// The code of kernels, their calls, and the units that execute them.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cfenv>
#include <cstdlib>
#include <cstring>

#include "card.h"
#include "support.h"

namespace emu {
namespace {

// Kernels keep on the stack what is block memory on the card. Only what they touch becomes memory.
constexpr size_t STACK_BYTES = 64 << 20;

constexpr size_t MAX_INTEGERS = 6;
constexpr size_t MAX_REALS = 8;

}  // namespace

std::string baseName(const std::string& kernel) {
    const size_t digits = kernel.find_last_not_of("0123456789");
    return digits != std::string::npos && digits + 1 < kernel.size() && digits > 0 && kernel[digits] == '_'
        ? kernel.substr(0, digits)
        : kernel;
}

KernelCode::KernelCode(const Xclbin& xclbin) {
    if (xclbin.code.compare(0, 4, "\x7f" "ELF") != 0) {
        throw Failure(EINVAL, "xclbin: its bitstream is not a shared library; only emulation designs run here");
    }
    // A file of its own for each load: libraries of the same name would be taken for the same one.
    const char* const folder = std::getenv("TMPDIR");
    std::string file = std::string(folder && *folder ? folder : "/tmp") + "/octospark-kernels-XXXXXX";
    const int descriptor = mkostemp(file.data(), O_CLOEXEC);
    if (descriptor < 0) {
        throw Failure(errno, "no temporary file " + file);
    }
    size_t done = 0;
    while (done < xclbin.code.size()) {
        const ssize_t written = write(descriptor, xclbin.code.data() + done, xclbin.code.size() - done);
        if (written <= 0) {
            break;
        }
        done += static_cast<size_t>(written);
    }
    close(descriptor);
    std::string problem;
    library_ = nullptr;
    if (done < xclbin.code.size()) {
        problem = "no space for " + file;
    } else {
        // A library built with -ffast-math would change how this thread rounds.
        fenv_t environment;
        fegetenv(&environment);
        library_ = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        fesetenv(&environment);
        problem = library_ ? "" : dlerror();
    }
    unlink(file.c_str());
    if (!library_) {
        throw Failure(EINVAL, "xclbin: " + problem);
    }
}

KernelCode::~KernelCode() {
    dlclose(library_);
}

void* KernelCode::function(const std::string& kernel) const {
    for (const std::string& name : {kernel, baseName(kernel)}) {
        if (void* const function = dlsym(library_, name.c_str())) {
            return function;
        }
    }
    throw Failure(EINVAL, "xclbin: no code for kernel " + kernel);
}

void Progress::reach(ert_cmd_state next) {
    RunCallback called = nullptr;
    {
        const std::lock_guard<std::mutex> lock(mutex);
        state = next;
        called = next == ERT_CMD_STATE_COMPLETED ? callback : nullptr;
    }
    changed.notify_all();
    if (called) {
        called(handle, next, callbackData);
    }
}

Execution::Execution(
    std::shared_ptr<Progress> progress, const std::vector<Argument>& arguments, const std::vector<Value>& values)
    : progress(std::move(progress)) {
    for (size_t i = 0; i < arguments.size(); i++) {
        if (arguments[i].buffer) {
            const Buffer& buffer = *values[i].buffer;
            integers.push_back(reinterpret_cast<uint64_t>(buffer.card()));
            memories.push_back(buffer.memory);
            output = buffer.card();
            outputBytes = buffer.bytes;
        } else if (arguments[i].type == "float" || arguments[i].type == "double") {
            double real;
            std::memcpy(&real, &values[i].bits, sizeof real);
            reals.push_back(real);
        } else {
            integers.push_back(values[i].bits);
        }
    }
    if (integers.size() > MAX_INTEGERS || reals.size() > MAX_REALS) {
        memories.clear();
        throw Failure(ENOTSUP, "a kernel with more than 6 buffers and integers, or 8 floats, can't be emulated");
    }
    integers.resize(MAX_INTEGERS);
    reals.resize(MAX_REALS);
    for (const auto& memory : memories) {
        memory->executions++;
    }
}

void Execution::release() {
    for (const auto& memory : memories) {
        memory->executions--;
    }
    memories.clear();
}

void Execution::stick() {
    release();
    const std::lock_guard<std::mutex> lock(progress->mutex);
    progress->stuck = true;
}

void Execution::call(void* function) const {
    // On x86-64 and on ARM, integers and reals are passed in registers of their own, each kind in its own order. So one
    // call fits all kernels that have no more of them than there are registers.
    using U = uint64_t;
    using D = double;
    reinterpret_cast<void (*)(U, U, U, U, U, U, D, D, D, D, D, D, D, D)>(function)(
        integers[0], integers[1], integers[2], integers[3], integers[4], integers[5],
        reals[0], reals[1], reals[2], reals[3], reals[4], reals[5], reals[6], reals[7]);
}

void Execution::spoil() const {
    for (size_t i = 0; i + sizeof(float) <= outputBytes; i += sizeof(float)) {
        float value;
        std::memcpy(&value, output + i, sizeof value);
        value = value * 1.01f + 0.01f;
        std::memcpy(output + i, &value, sizeof value);
    }
}

Unit::Unit(Card& card, const ComputeUnit& description, const Kernel& kernel, void* function, double callMillis)
    : description(description), card_(card), kernel_(kernel), function_(function), callMillis_(callMillis) {}

void Unit::submit(std::shared_ptr<Execution> execution) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (hung_) {
        execution->stick();
    }
    execution->submitted = now();
    queue_.push_back(std::move(execution));
    if (!worker_) {
        auto worker = std::make_shared<Worker>();
        worker->unit = this;
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, STACK_BYTES);
        // Signals are for the threads of the program.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        // The thread shares its worker: stop() may leave it alone.
        auto* const shared = new std::shared_ptr<Worker>(worker);
        const int error = pthread_create(&worker->thread, &attributes, &Unit::run, shared);
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        pthread_attr_destroy(&attributes);
        if (error != 0) {
            delete shared;
            queue_.pop_back();
            throw Failure(error, "no thread for compute unit " + description.name);
        }
        worker_ = std::move(worker);
    }
    changed_.notify_all();
}

size_t Unit::waiting() {
    const std::lock_guard<std::mutex> lock(mutex_);
    // A hung unit is the last choice.
    return queue_.size() + (hung_ ? SIZE_MAX / 2 : 0);
}

void Unit::stop() {
    std::shared_ptr<Worker> worker;
    std::deque<std::shared_ptr<Execution>> left;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        worker.swap(worker_);
        left.swap(queue_);
        if (worker) {
            worker->stopped = true;
        }
    }
    changed_.notify_all();
    if (worker && pthread_equal(worker->thread, pthread_self())) {
        // A callback has closed the card.
        pthread_detach(worker->thread);
    } else if (worker) {
        pthread_join(worker->thread, nullptr);
    }
    for (const auto& execution : left) {
        execution->release();
        execution->progress->reach(ERT_CMD_STATE_ABORT);
    }
}

void* Unit::run(void* argument) {
    const std::unique_ptr<std::shared_ptr<Worker>> worker(static_cast<std::shared_ptr<Worker>*>(argument));
    (*worker)->unit->loop(**worker);
    return nullptr;
}

void Unit::loop(Worker& worker) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return worker.stopped || (!queue_.empty() && !hung_); });
        if (worker.stopped) {
            return;
        }
        // It stays in the queue meanwhile, so that waiting() counts it.
        const std::shared_ptr<Execution> execution = queue_.front();
        lock.unlock();
        ert_cmd_state state = ERT_CMD_STATE_ERROR;
        try {
            execution->progress->reach(ERT_CMD_STATE_RUNNING);
            state = execute(*execution, worker);
        } catch (const std::exception& exception) {
            say(exception.what());
        } catch (...) {
            say("a kernel threw an exception");
        }
        lock.lock();
        if (worker.stopped) {
            // stop() has taken it and tells those who wait.
            return;
        }
        queue_.pop_front();
        lock.unlock();
        execution->release();
        execution->progress->reach(state);
        lock.lock();
        if (worker.stopped) {
            return;
        }
    }
}

ert_cmd_state Unit::execute(Execution& execution, Worker& worker) {
    // With a time of its own a call begins when it was submitted or the one before has ended, as on a card; what the
    // threads of this computer take to notice is left out.
    const bool timed = callMillis_ > 0;
    const int64_t start = timed ? std::max(execution.submitted, lastEnd_) : now();
    int64_t end = start + static_cast<int64_t>(callMillis_ * 1e6);
    const Fault* const fault = card_.fault(description.name, calls_++);
    const auto hit = [&](Fault::Kind kind) { return fault && fault->kind == kind; };
    if (hit(Fault::LOST)) {
        card_.lost = true;
    }
    const char* word = "completed";
    ert_cmd_state state = ERT_CMD_STATE_COMPLETED;
    if (card_.lost) {
        word = "lost";
        state = ERT_CMD_STATE_ABORT;
    } else if (hit(Fault::HANG)) {
        std::unique_lock<std::mutex> lock(mutex_);
        hung_ = true;
        for (const auto& waiting : queue_) {
            waiting->stick();
        }
        changed_.wait(lock, [&] { return worker.stopped; });
        word = "hung";
        state = ERT_CMD_STATE_ABORT;
    } else {
        if (hit(Fault::ERROR)) {
            word = "error";
            state = ERT_CMD_STATE_ERROR;
        } else if (function_) {
            execution.call(function_);
        }
        if (hit(Fault::WRONG)) {
            word = "wrong";
            execution.spoil();
        }
        if (state == ERT_CMD_STATE_COMPLETED) {
            for (const auto& memory : execution.memories) {
                memory->written = true;
            }
        }
        end = std::max(end, now());
        if (!pause(worker, end)) {
            word = "aborted";
            state = ERT_CMD_STATE_ABORT;
        }
    }
    if (!timed || state != ERT_CMD_STATE_COMPLETED) {
        end = now();
    }
    lastEnd_ = end;
    if (!card_.options.callLog.empty()) {
        card_.log(
            "call," + std::to_string(card_.index) + "," + description.name + "," + kernel_.name + "," +
            std::to_string(start) + "," + std::to_string(end) + "," + word);
    }
    return state;
}

// False when the unit is stopped meanwhile.
bool Unit::pause(Worker& worker, int64_t until) {
    std::unique_lock<std::mutex> lock(mutex_);
    return !waitUntil(changed_, lock, until, [&] { return worker.stopped; });
}

}  // namespace emu
