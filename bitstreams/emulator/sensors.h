// Files with the power and the temperature of a card, as a driver of the real one has in sysfs.
#ifndef OCTOSPARK_EMULATOR_SENSORS_H
#define OCTOSPARK_EMULATOR_SENSORS_H

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace emu {

// Writes the files until it is destroyed. The last ones stay.
class Sensors {
public:
    // Folder: of this card. Trace: a file with lines of seconds, watts and degrees Celsius, or empty.
    // Throws Failure when one can't be used.
    Sensors(const std::string& folder, const std::string& trace);
    ~Sensors();

private:
    struct Point {
        double seconds;
        double watts;
        double celsius;
    };
    void write(const Point& point) const;
    void follow();

    const std::string folder_;
    std::vector<Point> points_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace emu

#endif
