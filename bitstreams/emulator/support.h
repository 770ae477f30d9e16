// What all parts of the emulator use: failures, messages, time, handles.
#ifndef OCTOSPARK_EMULATOR_SUPPORT_H
#define OCTOSPARK_EMULATOR_SUPPORT_H

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace emu {

// Many functions of the real library fail without setting errno; callers then find the old one.
constexpr int ERRNO_KEPT = -1;

// Fails a call of the C functions.
struct Failure : std::runtime_error {
    Failure(int error, const std::string& message) : std::runtime_error(message), error(error) {}
    int error;
};

// One line on stderr, beginning with [XRT-EMU].
void say(const std::string& line) noexcept;

// Nanoseconds of CLOCK_MONOTONIC, the clock of Java's System.nanoTime() on Linux.
int64_t now();
void sleepUntil(int64_t nanos);
// Waits for a condition until then; false when the time is over.
template <class Condition>
bool waitUntil(std::condition_variable& variable, std::unique_lock<std::mutex>& lock, int64_t nanos, Condition met) {
    // steady_clock is CLOCK_MONOTONIC in libstdc++.
    return variable.wait_until(lock, std::chrono::steady_clock::time_point(std::chrono::nanoseconds(nanos)), met);
}

// The body of a C function: turns every exception into the given value, for nothing may be thrown into C or Java.
template <class Result, class Body>
Result guarded(Result bad, Body&& body) noexcept {
    const int before = errno;
    int error = ERRNO_KEPT;
    try {
        const Result result = body();
        errno = before;
        return result;
    } catch (const Failure& failure) {
        say(failure.what());
        error = failure.error;
    } catch (const std::bad_alloc&) {
        say("out of memory");
        error = ENOMEM;
    } catch (const std::exception& exception) {
        say(exception.what());
        error = EIO;
    } catch (...) {
        error = EIO;
    }
    errno = error == ERRNO_KEPT ? before : error;
    return bad;
}

// Handles are numbers that are never given out twice, so that one used after its close is always found out.
template <class T>
class Handles {
public:
    void* add(std::shared_ptr<T> object) {
        const std::lock_guard<std::mutex> lock(mutex_);
        void* handle = reinterpret_cast<void*>(next().fetch_add(16));
        objects_.emplace(handle, std::move(object));
        return handle;
    }

    std::shared_ptr<T> get(void* handle) {
        const std::lock_guard<std::mutex> lock(mutex_);
        return find(handle)->second;
    }

    // Takes the handle away unless the check, called with the object, throws.
    template <class Check>
    std::shared_ptr<T> remove(void* handle, Check check) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto found = find(handle);
        check(*found->second);
        std::shared_ptr<T> object = std::move(found->second);
        objects_.erase(found);
        return object;
    }

    std::shared_ptr<T> remove(void* handle) {
        return remove(handle, [](T&) {});
    }

private:
    static std::atomic<uintptr_t>& next() {
        static std::atomic<uintptr_t> number(0x5c0000000000);
        return number;
    }

    auto find(void* handle) {
        const auto found = objects_.find(handle);
        if (found == objects_.end()) {
            throw Failure(EINVAL, "No such handle");
        }
        return found;
    }

    std::mutex mutex_;
    std::unordered_map<void*, std::shared_ptr<T>> objects_;
};

}  // namespace emu

#endif
