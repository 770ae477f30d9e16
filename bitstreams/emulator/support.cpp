#include "support.h"

#include <cstdio>
#include <ctime>

namespace emu {

void say(const std::string& line) noexcept {
    // One call, so that lines of several threads don't mix.
    std::fprintf(stderr, "[XRT-EMU] %s\n", line.c_str());
}

int64_t now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

void sleepUntil(int64_t nanos) {
    const timespec time = {nanos / 1000000000, nanos % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) == EINTR) {
    }
}

}  // namespace emu
