// Emulated cards, their compute units and the calls of kernels.
#ifndef OCTOSPARK_EMULATOR_CARD_H
#define OCTOSPARK_EMULATOR_CARD_H

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "memory.h"
#include "options.h"
#include "sensors.h"
#include "xclbin.h"
#include "xrt_abi.h"

namespace emu {

// OctoRay numbers kernels of equal units, dotprod_1, dotprod_2; their function and their time are those of dotprod.
std::string baseName(const std::string& kernel);

// Bytes that a kernel touches of its arguments; empty if that isn't known.
std::vector<uint64_t> extents(const std::string& kernel, const Xclbin& xclbin);

// A design's kernels as a loaded shared library.
class KernelCode {
public:
    // Throws Failure: the library can't be loaded.
    explicit KernelCode(const Xclbin& xclbin);
    ~KernelCode();
    KernelCode(const KernelCode&) = delete;
    KernelCode& operator=(const KernelCode&) = delete;
    void* function(const std::string& kernel) const;

private:
    void* library_;
};

// Where a run stands; what waits for it and what executes it share this.
struct Progress {
    std::mutex mutex;
    std::condition_variable changed;
    ert_cmd_state state = ERT_CMD_STATE_NEW;
    RunCallback callback = nullptr;
    void* callbackData = nullptr;
    xrtRunHandle handle = nullptr;
    bool stuck = false;  // in a unit that hangs: it will never touch memory again

    bool over() const { return state != ERT_CMD_STATE_QUEUED && state != ERT_CMD_STATE_RUNNING; }
    void reach(ert_cmd_state next);
};

// The value of an argument: a part of a card's memory, or a number.
struct Value {
    bool set = false;
    std::shared_ptr<Buffer> buffer;
    uint64_t bits = 0;
};

// One call of a kernel. It holds memory, not buffers: a closed card doesn't stay open for a call that never ends.
struct Execution {
    Execution(
        std::shared_ptr<Progress> progress, const std::vector<Argument>& arguments, const std::vector<Value>& values);
    ~Execution() { release(); }
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;
    // The memory may be freed from now on.
    void release();
    void stick();
    void call(void* function) const;
    // The last buffer, which kernels write: its numbers become wrong.
    void spoil() const;

    const std::shared_ptr<Progress> progress;
    std::vector<std::shared_ptr<Memory>> memories;
    std::vector<uint64_t> integers;  // and addresses
    std::vector<double> reals;       // a float in the lower half
    char* output = nullptr;
    size_t outputBytes = 0;
    bool released = false;
    int64_t submitted = 0;
};

class Card;

// A compute unit: a queue of calls and the thread that executes them one after another.
class Unit {
public:
    Unit(Card& card, const ComputeUnit& description, const Kernel& kernel, void* function, double callMillis);
    void submit(std::shared_ptr<Execution> execution);
    size_t waiting();
    // Ends the thread; calls that haven't ended are aborted.
    void stop();

    const ComputeUnit& description;
    // Open kernels that use the unit; the card's lock guards them.
    int shared = 0;
    int exclusive = 0;

private:
    struct Worker {
        Unit* unit;
        pthread_t thread;
        bool stopped = false;
    };
    static void* run(void* worker);
    void loop(Worker& worker);
    ert_cmd_state execute(Execution& execution, Worker& worker);
    bool pause(Worker& worker, int64_t until);

    Card& card_;
    const Kernel& kernel_;
    void* const function_;
    const double callMillis_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Execution>> queue_;
    std::shared_ptr<Worker> worker_;
    int64_t calls_ = 0;
    int64_t lastEnd_ = 0;
    bool hung_ = false;
};

// What is loaded on a card.
struct Design {
    Design(Card& card, Xclbin xclbin, const Options& options);

    const Xclbin xclbin;
    const std::unique_ptr<KernelCode> code;
    const std::shared_ptr<Banks> banks;
    std::vector<std::unique_ptr<Unit>> units;
};

class Card {
public:
    Card(int index, const Options& options)
        : index(index), bdf(options.bdfs[static_cast<size_t>(index)]), options(options) {}
    ~Card();

    void load(const std::string& bytes);
    // Throws Failure when nothing is loaded.
    std::shared_ptr<Design> design();
    Uuid uuid();
    // Moves bytes, as long as that takes.
    void transfer(bool toCard, char* card, char* host, size_t bytes);
    void checkPresent() const;
    const Fault* fault(const std::string& unit, int64_t calls) const;
    void log(const std::string& line);

    const int index;
    const std::string bdf;
    const Options options;
    std::mutex mutex;  // guards what is loaded, and who uses its units
    std::atomic<bool> lost{false};

private:
    friend class Device;
    void opened();
    void closed();

    // Held while units are stopped, so that who opens the card again finds them ready.
    std::mutex lifecycle_;
    std::shared_ptr<Design> design_;
    int sessions_ = 0;
    std::unique_ptr<Sensors> sensors_;
    std::mutex directions_[2];
    std::once_flag logOpened_;
    int logFile_ = -1;
};

// An open card. Buffers, kernels and runs keep it open, as in the real library.
class Device {
public:
    explicit Device(std::shared_ptr<Card> card) : card(std::move(card)) { this->card->opened(); }
    ~Device() { card->closed(); }
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    // By number or by BDF; throws Failure with this errno when there is none.
    static std::shared_ptr<Device> open(unsigned index, int error);
    static std::shared_ptr<Device> open(const std::string& bdf, int error);

    const std::shared_ptr<Card> card;
};

// Compute units of one kernel, opened for use.
class OpenKernel {
public:
    // Name: kernel or kernel:{unit,unit}.
    OpenKernel(std::shared_ptr<Device> device, const unsigned char* uuid, const std::string& name, bool exclusive);
    ~OpenKernel();
    OpenKernel(const OpenKernel&) = delete;
    OpenKernel& operator=(const OpenKernel&) = delete;
    const Argument& argument(int index) const;

    const std::shared_ptr<Device> device;
    const bool exclusive;
    std::shared_ptr<Design> design;
    const Kernel* kernel = nullptr;
    std::vector<Unit*> units;
};

class Run {
public:
    explicit Run(std::shared_ptr<OpenKernel> kernel);
    void set(int index, Value value);
    void start();
    // 0 waits for ever.
    ert_cmd_state wait(unsigned milliseconds) const;

    const std::shared_ptr<OpenKernel> kernel;
    const std::shared_ptr<Progress> progress;

private:
    std::mutex mutex_;
    std::vector<Value> values_;
};

}  // namespace emu

#endif
