// What the environment asks of the emulated cards. README.md describes the variables.
#ifndef OCTOSPARK_EMULATOR_OPTIONS_H
#define OCTOSPARK_EMULATOR_OPTIONS_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace emu {

struct Fault {
    enum Kind { HANG, ERROR, WRONG, LOST };
    Kind kind;
    int card = -1;       // -1: every card
    std::string unit;    // empty: every unit
    int64_t after = 0;   // calls of a unit that go well before the fault
};

struct Options {
    std::vector<std::string> bdfs;  // one for each card
    std::string platform;           // empty: any
    std::map<std::string, double> callMillis;  // by kernel
    double transferMegabytesPerSecond = 0;     // 0: as fast as memory
    double transferLatencyMicros = 0;
    std::vector<Fault> faults;
    bool noop = false;  // kernels without code end without computing
    std::string callLog;
    std::string sysfs;
    std::string trace;

    // Throws Failure when a variable can't be read, naming it and its value.
    static Options read();

    // The text of all variables: the cards are new ones when it has changed.
    std::string text;
};

}  // namespace emu

#endif
