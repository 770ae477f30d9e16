#include "memory.h"

#include <sys/mman.h>

#include <cstring>

#include "support.h"

namespace emu {
namespace {

constexpr uint64_t PAGE = 4096;

uint64_t wholePages(uint64_t bytes) {
    return (bytes + PAGE - 1) / PAGE * PAGE;
}

}  // namespace

Pages::Pages(size_t bytes) : bytes_(wholePages(bytes)) {
    void* const memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw Failure(ENOMEM, "no memory for " + std::to_string(bytes) + " bytes");
    }
    data_ = static_cast<char*>(memory);
}

Pages::~Pages() {
    munmap(data_, bytes_);
}

Banks::Banks(std::vector<Bank> banks) : banks_(std::move(banks)), taken_(banks_.size()) {}

uint64_t Banks::take(unsigned bank, uint64_t bytes) {
    if (bank >= banks_.size() || !banks_[bank].used) {
        throw Failure(EINVAL, "memory bank " + std::to_string(bank) + " is not one that the design uses");
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    // The first gap that is large enough.
    uint64_t start = 0;
    for (const auto& [address, length] : taken_[bank]) {
        if (address - start >= bytes) {
            break;
        }
        start = wholePages(address + length);
    }
    if (start > banks_[bank].bytes || bytes > banks_[bank].bytes - start) {
        throw Failure(
            ENOMEM,
            "memory bank " + banks_[bank].tag + " of " + std::to_string(banks_[bank].bytes) +
                " bytes has no room for " + std::to_string(bytes) + " more");
    }
    taken_[bank].emplace(start, bytes);
    return banks_[bank].base + start;
}

void Banks::giveBack(unsigned bank, uint64_t address) {
    const std::lock_guard<std::mutex> lock(mutex_);
    taken_[bank].erase(address - banks_[bank].base);
}

bool Banks::inUse() {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& taken : taken_) {
        if (!taken.empty()) {
            return true;
        }
    }
    return false;
}

Memory::Memory(std::shared_ptr<Banks> banks, unsigned bank, size_t bytes, void* userData, bool cardOnly)
    : place(std::move(banks), bank, bytes),
      bytes(bytes),
      ownHost(userData || cardOnly ? nullptr : new Pages(bytes)),
      host(ownHost ? ownHost->data() : static_cast<char*>(userData)),
      card(bytes) {
    // All bits set: a NaN in floats and in doubles, so that what was never sent to the card is seen in every result.
    std::memset(card.data(), 0xff, bytes);
}

char* Buffer::host() const {
    if (memory->host == nullptr) {
        throw Failure(EINVAL, "device only buffer has no host buffer");
    }
    return memory->host + offset;
}

void Buffer::check(uint64_t partBytes, uint64_t partOffset, int error, const char* message) const {
    if (partOffset > bytes || partBytes > bytes - partOffset) {
        throw Failure(error, message);
    }
}

}  // namespace emu
