#include "options.h"

#include <cstdlib>
#include <sstream>

#include "support.h"

namespace emu {
namespace {

std::string variable(const char* name, Options& options) {
    const char* value = std::getenv(name);
    options.text += std::string(name) + "=" + (value ? value : "") + "\n";
    return value ? value : "";
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

double number(const char* name, const std::string& text, double otherwise, double least, double most) {
    if (text.empty()) {
        return otherwise;
    }
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0' || !(value >= least && value <= most)) {
        std::ostringstream message;
        message << name << "=" << text << ": not a number from " << least << " to " << most;
        throw Failure(EINVAL, message.str());
    }
    return value;
}

Fault fault(const std::string& text) {
    const char* const form = "OCTOSPARK_EMU_FAULT";
    const std::vector<std::string> parts = split(text, ':');
    const std::map<std::string, Fault::Kind> kinds = {
        {"hang", Fault::HANG}, {"error", Fault::ERROR}, {"wrong", Fault::WRONG}, {"lost", Fault::LOST}};
    const auto kind = kinds.find(parts.empty() ? "" : parts[0]);
    if (kind == kinds.end() || parts.size() > 4) {
        throw Failure(
            EINVAL,
            std::string(form) + "=" + text + ": not of the form hang|error|wrong|lost[:CARD[:CU[:AFTER_N_CALLS]]]");
    }
    Fault fault;
    fault.kind = kind->second;
    if (parts.size() > 1 && parts[1] != "*") {
        fault.card = static_cast<int>(number(form, parts[1], -1, 0, 63));
    }
    if (parts.size() > 2 && parts[2] != "*") {
        fault.unit = parts[2];
    }
    if (parts.size() > 3) {
        fault.after = static_cast<int64_t>(number(form, parts[3], 0, 0, 1e15));
    }
    return fault;
}

}  // namespace

Options Options::read() {
    Options options;
    const std::string bdfs = variable("OCTOSPARK_EMU_BDFS", options);
    options.bdfs = split(bdfs, ',');
    const std::string cards = variable("OCTOSPARK_EMU_CARDS", options);
    const double usual = options.bdfs.empty() ? 1 : static_cast<double>(options.bdfs.size());
    const size_t count = static_cast<size_t>(number("OCTOSPARK_EMU_CARDS", cards, usual, 0, 64));
    if (!options.bdfs.empty() && options.bdfs.size() != count) {
        throw Failure(EINVAL, "OCTOSPARK_EMU_BDFS=" + bdfs + ": not one for each of " + cards + " cards");
    }
    while (options.bdfs.size() < count) {
        char bdf[16];
        std::snprintf(bdf, sizeof bdf, "0000:%02x:00.1", static_cast<unsigned>(options.bdfs.size()) + 0x3b);
        options.bdfs.push_back(bdf);
    }

    options.platform = variable("OCTOSPARK_EMU_PLATFORM", options);
    const char* name = "OCTOSPARK_EMU_DOTPROD_MS";
    options.callMillis["dotprod"] = number(name, variable(name, options), 0, 0, 1e9);
    name = "OCTOSPARK_EMU_UPDATE_MS";
    options.callMillis["update"] = number(name, variable(name, options), 0, 0, 1e9);
    name = "OCTOSPARK_EMU_TRANSFER_MBPS";
    options.transferMegabytesPerSecond = number(name, variable(name, options), 0, 1e-3, 1e9);
    name = "OCTOSPARK_EMU_TRANSFER_LATENCY_US";
    options.transferLatencyMicros = number(name, variable(name, options), 0, 0, 1e9);
    for (const std::string& text : split(variable("OCTOSPARK_EMU_FAULT", options), ',')) {
        options.faults.push_back(fault(text));
    }
    options.noop = variable("OCTOSPARK_EMU_NOOP", options) == "1";
    options.callLog = variable("OCTOSPARK_EMU_CALL_LOG", options);
    options.sysfs = variable("OCTOSPARK_EMU_SYSFS", options);
    options.trace = variable("OCTOSPARK_EMU_TRACE", options);
    return options;
}

}  // namespace emu
