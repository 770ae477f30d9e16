// Reads the parts of an xclbin file that a card needs.
#ifndef OCTOSPARK_EMULATOR_XCLBIN_H
#define OCTOSPARK_EMULATOR_XCLBIN_H

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace emu {

using Uuid = std::array<unsigned char, 16>;

struct Bank {
    std::string tag;
    uint64_t base;
    uint64_t bytes;
    bool used;
};

struct Argument {
    std::string name;
    std::string type;
    bool buffer;
    uint32_t offset;  // of its register
    uint64_t bytes;   // of its value; 8, an address, for a buffer
};

struct Kernel {
    std::string name;
    std::vector<Argument> arguments;
};

struct ComputeUnit {
    std::string name;
    size_t kernel;
    std::map<int, std::set<int>> banks;  // which each argument is connected to

    // The bank that buffers of this argument should be in: the highest, as the real library has it. -1: none.
    int group(int argument) const;
};

struct Xclbin {
    Uuid uuid;
    std::string platform;
    std::vector<Bank> banks;
    std::vector<Kernel> kernels;
    std::vector<ComputeUnit> units;
    std::string code;  // the shared library with the kernels; may be empty
    // Size of the matrix that dotprod and update are built for; 0: unknown.
    uint64_t rows = 0;
    uint64_t cols = 0;

    // Both throw Failure. An empty name has the error of a bad file, as in the real library.
    static Xclbin parse(const std::string& bytes);
    static std::string readFile(const char* name);
    // Length of a file in memory, by its own header.
    static size_t lengthOf(const void* axlf);
};

}  // namespace emu

#endif
