#include "sensors.h"

#include <signal.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support.h"

namespace emu {
namespace {

// Readers see the old number or the new one, never an empty file.
void replace(const std::string& file, int64_t number) {
    const std::string fresh = file + "." + std::to_string(getpid());
    std::ofstream(fresh) << number << "\n";
    std::error_code ignored;
    std::filesystem::rename(fresh, file, ignored);
}

}  // namespace

Sensors::Sensors(const std::string& folder, const std::string& trace) : folder_(folder) {
    std::error_code error;
    for (const char* part : {"/xmc.u.0", "/hwmon/hwmon0"}) {
        std::filesystem::create_directories(folder + part, error);
        if (error) {
            throw Failure(EINVAL, "OCTOSPARK_EMU_SYSFS: " + folder + part + ": " + error.message());
        }
    }
    std::ofstream(folder + "/hwmon/hwmon0/name") << "xmc_emulated\n";
    if (trace.empty()) {
        points_.push_back({0, 25, 40});
    } else {
        std::ifstream stream(trace);
        for (std::string line; std::getline(stream, line);) {
            std::istringstream fields(line);
            Point point;
            if (!line.empty() && line[0] != '#') {
                if (!(fields >> point.seconds >> point.watts >> point.celsius) ||
                    (!points_.empty() && point.seconds < points_.back().seconds)) {
                    throw Failure(
                        EINVAL, "OCTOSPARK_EMU_TRACE=" + trace + ": not ascending seconds, watts, degrees: " + line);
                }
                points_.push_back(point);
            }
        }
        if (points_.empty()) {
            throw Failure(EINVAL, "OCTOSPARK_EMU_TRACE=" + trace + ": missing or empty");
        }
    }
    write(points_.front());

    // Signals are for the threads of the program.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread(&Sensors::follow, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Sensors::~Sensors() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Sensors::follow() {
    const int64_t start = now();
    std::unique_lock<std::mutex> lock(mutex_);
    for (const Point& point : points_) {
        if (waitUntil(changed_, lock, start + static_cast<int64_t>(point.seconds * 1e9), [this] { return stopped_; })) {
            return;
        }
        write(point);
    }
}

void Sensors::write(const Point& point) const {
    // One rail of 12 V carries all of it. Power is in microwatts; one file has degrees, the other thousandths.
    const std::string xmc = folder_ + "/xmc.u.0/";
    const std::string hwmon = folder_ + "/hwmon/hwmon0/";
    replace(xmc + "xmc_power", std::llround(point.watts * 1e6));
    replace(xmc + "xmc_12v_pex_vol", 12000);
    replace(xmc + "xmc_12v_pex_curr", std::llround(point.watts / 12 * 1e3));
    replace(xmc + "xmc_fpga_temp", std::llround(point.celsius));
    replace(hwmon + "power1_input", std::llround(point.watts * 1e6));
    replace(hwmon + "temp1_input", std::llround(point.celsius * 1e3));
}

}  // namespace emu
