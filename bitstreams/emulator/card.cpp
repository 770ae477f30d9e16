// Cards, what is loaded on them, and who has opened them.
#include "card.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "support.h"

namespace emu {
namespace {

// Platforms are written with colons and dots or with underscores.
bool sameName(const std::string& one, const std::string& other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
        const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) ? c : '_'; };
        return plain(a) == plain(b);
    });
}

}  // namespace

Design::Design(Card& card, Xclbin parsed, const Options& options)
    : xclbin(std::move(parsed)),
      code(xclbin.code.empty() ? nullptr : new KernelCode(xclbin)),
      banks(std::make_shared<Banks>(xclbin.banks)) {
    for (const ComputeUnit& unit : xclbin.units) {
        const Kernel& kernel = xclbin.kernels[unit.kernel];
        const auto millis = options.callMillis.find(baseName(kernel.name));
        units.push_back(std::make_unique<Unit>(
            card,
            unit,
            kernel,
            code ? code->function(kernel.name) : nullptr,
            millis == options.callMillis.end() ? 0 : millis->second));
        if (code && extents(kernel.name, xclbin).empty()) {
            say("xclbin without octospark_rows and octospark_cols: buffers of " + unit.name + " may be too small");
        }
    }
}

Card::~Card() {
    if (logFile_ >= 0) {
        close(logFile_);
    }
}

void Card::load(const std::string& bytes) {
    checkPresent();
    Xclbin xclbin = Xclbin::parse(bytes);
    if (!options.platform.empty() && !sameName(options.platform, xclbin.platform)) {
        throw Failure(EINVAL, "xclbin for platform " + xclbin.platform + ", card " + bdf + " has " + options.platform);
    }
    if (xclbin.code.empty() && !options.noop) {
        throw Failure(EINVAL, "xclbin without a bitstream; OCTOSPARK_EMU_NOOP=1 loads it and computes nothing");
    }
    std::shared_ptr<Design> before;
    {
        const std::lock_guard<std::mutex> lock(mutex);
        if (design_ && design_->xclbin.uuid == xclbin.uuid) {
            return;
        }
        if (design_) {
            for (const auto& unit : design_->units) {
                if (unit->shared + unit->exclusive > 0) {
                    throw Failure(EBUSY, "another xclbin is in use: " + unit->description.name + " is open");
                }
            }
            if (design_->banks->inUse()) {
                throw Failure(EPERM, "another xclbin is in use: there are buffers");
            }
        }
        before = design_;
        design_ = std::make_shared<Design>(*this, std::move(xclbin), options);
    }
    if (before) {
        // Nobody uses its units any more, but their threads do until they are ended.
        for (const auto& unit : before->units) {
            unit->stop();
        }
    }
}

std::shared_ptr<Design> Card::design() {
    checkPresent();
    const std::lock_guard<std::mutex> lock(mutex);
    if (!design_) {
        throw Failure(EINVAL, "no xclbin is loaded");
    }
    return design_;
}

Uuid Card::uuid() {
    checkPresent();
    const std::lock_guard<std::mutex> lock(mutex);
    return design_ ? design_->xclbin.uuid : Uuid{};
}

void Card::transfer(bool toCard, char* card, char* host, size_t bytes) {
    checkPresent();
    const bool timed = options.transferLatencyMicros > 0 || options.transferMegabytesPerSecond > 0;
    int64_t start = now();
    std::unique_lock<std::mutex> lock;
    if (timed) {
        // Transfers in one direction share the link.
        lock = std::unique_lock<std::mutex>(directions_[toCard]);
        start = now();
    }
    std::memcpy(toCard ? card : host, toCard ? host : card, bytes);
    if (timed) {
        const double perByte = options.transferMegabytesPerSecond > 0 ? 1e3 / options.transferMegabytesPerSecond : 0;
        sleepUntil(
            start + static_cast<int64_t>(options.transferLatencyMicros * 1e3 + static_cast<double>(bytes) * perByte));
    }
    if (!options.callLog.empty()) {
        log(std::string("transfer,") + std::to_string(index) + "," + (toCard ? "to_card" : "from_card") + "," +
            std::to_string(bytes) + "," + std::to_string(start) + "," + std::to_string(now()));
    }
}

void Card::checkPresent() const {
    if (lost) {
        throw Failure(ENODEV, "card " + bdf + " is lost");
    }
}

const Fault* Card::fault(const std::string& unit, int64_t calls) const {
    for (const Fault& fault : options.faults) {
        const bool here = (fault.card < 0 || fault.card == index) && (fault.unit.empty() || fault.unit == unit);
        if (here && calls >= fault.after) {
            return &fault;
        }
    }
    return nullptr;
}

void Card::log(const std::string& line) {
    // Opened once: what a line costs is between a unit's calls.
    std::call_once(logOpened_, [this] {
        logFile_ = open(options.callLog.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    });
    // One write at the end of the file: several processes may share it.
    const std::string whole = line + "," + std::to_string(getpid()) + "\n";
    if (logFile_ < 0 || write(logFile_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) {
        say("OCTOSPARK_EMU_CALL_LOG=" + options.callLog + ": can't be written");
    }
}

void Card::opened() {
    checkPresent();
    const std::lock_guard<std::mutex> lifecycle(lifecycle_);
    const std::lock_guard<std::mutex> lock(mutex);
    if (!sensors_ && !options.sysfs.empty()) {
        sensors_ = std::make_unique<Sensors>(options.sysfs + "/" + bdf, options.trace);
    }
    sessions_++;
}

void Card::closed() {
    const std::lock_guard<std::mutex> lifecycle(lifecycle_);
    std::shared_ptr<Design> design;
    std::unique_ptr<Sensors> sensors;
    {
        const std::lock_guard<std::mutex> lock(mutex);
        if (--sessions_ == 0) {
            design = design_;
            sensors = std::move(sensors_);
        }
    }
    if (design) {
        for (const auto& unit : design->units) {
            unit->stop();
        }
    }
}

namespace {

struct Machine {
    std::mutex mutex;
    std::string text;
    std::vector<std::shared_ptr<Card>> cards;
    std::vector<std::weak_ptr<Device>> open;

    // The options count when no card is open; then they make new cards, if they have changed.
    void refresh() {
        open.erase(
            std::remove_if(open.begin(), open.end(), [](const auto& device) { return device.expired(); }), open.end());
        if (!open.empty()) {
            return;
        }
        const Options options = Options::read();
        if (options.text != text) {
            cards.clear();
            for (size_t i = 0; i < options.bdfs.size(); i++) {
                cards.push_back(std::make_shared<Card>(static_cast<int>(i), options));
            }
            text = options.text;
        }
    }

    std::shared_ptr<Device> opened(const std::shared_ptr<Card>& card) {
        auto device = std::make_shared<Device>(card);
        open.push_back(device);
        return device;
    }
};

Machine& machine() {
    // Never destroyed: threads may outlive main().
    static Machine* const only = new Machine;
    return *only;
}

}  // namespace

std::shared_ptr<Device> Device::open(unsigned index, int error) {
    Machine& all = machine();
    const std::lock_guard<std::mutex> lock(all.mutex);
    all.refresh();
    if (index >= all.cards.size()) {
        throw Failure(error, "no card " + std::to_string(index) + ": there are " + std::to_string(all.cards.size()));
    }
    return all.opened(all.cards[index]);
}

std::shared_ptr<Device> Device::open(const std::string& bdf, int error) {
    Machine& all = machine();
    const std::lock_guard<std::mutex> lock(all.mutex);
    all.refresh();
    for (const auto& card : all.cards) {
        if (card->bdf == bdf || card->bdf == "0000:" + bdf) {
            return all.opened(card);
        }
    }
    throw Failure(error, "no card '" + bdf + "'");
}

}  // namespace emu
