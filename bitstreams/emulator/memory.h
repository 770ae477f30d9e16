// Memory of a card, and buffers in it.
#ifndef OCTOSPARK_EMULATOR_MEMORY_H
#define OCTOSPARK_EMULATOR_MEMORY_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "xclbin.h"

namespace emu {

// Pages of this process, beginning with zeros.
class Pages {
public:
    explicit Pages(size_t bytes);
    ~Pages();
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    char* data() const { return data_; }

private:
    char* data_;
    size_t bytes_;
};

// Which addresses of the banks are taken.
class Banks {
public:
    explicit Banks(std::vector<Bank> banks);

    // The address of free memory, a multiple of 4096. Throws Failure: EINVAL for a bank that the design doesn't use, or
    // that isn't there, ENOMEM when it is full.
    uint64_t take(unsigned bank, uint64_t bytes);
    void giveBack(unsigned bank, uint64_t address);
    const std::string& tag(unsigned bank) const { return banks_[bank].tag; }
    // Whether anything is taken.
    bool inUse();

private:
    std::vector<Bank> banks_;
    std::mutex mutex_;
    std::vector<std::map<uint64_t, uint64_t>> taken_;  // by bank: address, bytes
};

// Taken memory of a bank.
struct Place {
    Place(std::shared_ptr<Banks> banks, unsigned bank, uint64_t bytes)
        : banks(std::move(banks)), bank(bank), address(this->banks->take(bank, bytes)) {}
    ~Place() { banks->giveBack(bank, address); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    const std::shared_ptr<Banks> banks;
    const unsigned bank;
    const uint64_t address;
};

// What a buffer and its sub-buffers share: the copy of the host and, apart from it, the one of the card.
struct Memory {
    // userData: the host's copy, or nullptr.
    Memory(std::shared_ptr<Banks> banks, unsigned bank, size_t bytes, void* userData, bool cardOnly);

    const Place place;
    const size_t bytes;
    const std::unique_ptr<Pages> ownHost;
    char* const host;  // nullptr: none
    const Pages card;
    std::atomic<bool> written{false};  // the card's copy; reading one that never was may stop a real card
    std::atomic<int> executions{0};    // that use it, waiting or under way
};

class Device;

struct Buffer {
    Buffer(std::shared_ptr<Device> device, std::shared_ptr<Memory> memory, size_t offset, size_t bytes)
        : device(std::move(device)), memory(std::move(memory)), offset(offset), bytes(bytes) {}

    char* host() const;  // throws Failure if there is none
    char* card() const { return memory->card.data() + offset; }
    // Throws Failure with this errno and message unless the part is inside.
    void check(uint64_t partBytes, uint64_t partOffset, int error, const char* message) const;

    const std::shared_ptr<Device> device;
    const std::shared_ptr<Memory> memory;
    const size_t offset;
    const size_t bytes;
    std::atomic<bool> freed{false};
};

}  // namespace emu

#endif
