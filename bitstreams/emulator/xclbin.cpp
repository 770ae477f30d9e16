#include "xclbin.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "md5.h"
#include "support.h"

namespace emu {
namespace {

constexpr size_t HEADER_BYTES = 456;
constexpr size_t UNIQUE_ID_OFFSET = 296;
constexpr size_t LENGTH_OFFSET = 304;
constexpr size_t PLATFORM_OFFSET = 352;
constexpr size_t UUID_OFFSET = 416;
constexpr size_t SECTION_COUNT_OFFSET = 448;
constexpr size_t SECTION_HEADER_BYTES = 40;

enum SectionKind : uint32_t {
    BITSTREAM_SECTION = 0,
    METADATA_SECTION = 2,
    MEMORY_SECTION = 6,
    CONNECTIVITY_SECTION = 7,
    UNITS_SECTION = 8,
    KEY_VALUE_SECTION = 15,
    GROUPED_MEMORY_SECTION = 26,
    GROUPED_CONNECTIVITY_SECTION = 27,
};

Failure damaged(const std::string& what) {
    return Failure(EINVAL, "xclbin: " + what + " (the real library may crash here)");
}

// A part of the file; every access is checked against its end.
class View {
public:
    View(const char* data, size_t size, const char* what) : data_(data), size_(size), what_(what) {}

    View part(uint64_t offset, uint64_t size, const char* what) const {
        if (offset > size_ || size > size_ - offset) {
            throw damaged(std::string(what) + " goes past the end of " + what_);
        }
        return View(data_ + offset, size, what);
    }

    template <class T>
    T number(uint64_t offset) const {
        T value;
        std::memcpy(&value, part(offset, sizeof value, "a number").data_, sizeof value);
        return value;
    }

    // A text of fixed length, filled up with zeros.
    std::string text(uint64_t offset, size_t size) const {
        const View field = part(offset, size, "a name");
        return std::string(field.data_, strnlen(field.data_, size));
    }

    std::string bytes() const { return std::string(data_, size_); }
    size_t size() const { return size_; }

private:
    const char* data_;
    size_t size_;
    const char* what_;
};

std::map<uint32_t, View> sections(const View& file) {
    std::map<uint32_t, View> found;
    const uint32_t count = file.number<uint32_t>(SECTION_COUNT_OFFSET);
    if (count > 0x10000) {
        throw damaged(std::to_string(count) + " sections");
    }
    for (uint32_t i = 0; i < count; i++) {
        const View header =
            file.part(HEADER_BYTES + uint64_t{SECTION_HEADER_BYTES} * i, SECTION_HEADER_BYTES, "a section header");
        found.emplace(
            header.number<uint32_t>(0),
            file.part(header.number<uint64_t>(24), header.number<uint64_t>(32), "a section"));
    }
    return found;
}

// The first of two sections that is there; the grouped ones are asked for first.
std::optional<View> section(const std::map<uint32_t, View>& all, SectionKind first, SectionKind second) {
    for (const SectionKind kind : {first, second}) {
        const auto found = all.find(kind);
        if (found != all.end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

// Entries of a section: a count, then that many of equal size.
std::vector<View> entries(const View& section, size_t first, size_t size, const char* what) {
    const int32_t count = section.number<int32_t>(0);
    if (count < 0) {
        throw damaged(std::string("a negative number of ") + what);
    }
    std::vector<View> found;
    for (int32_t i = 0; i < count; i++) {
        found.push_back(section.part(first + uint64_t{size} * static_cast<uint32_t>(i), size, what));
    }
    return found;
}

struct Tag {
    std::string name;  // begins with a slash when it closes
    std::map<std::string, std::string> attributes;

    std::string operator[](const char* attribute) const {
        const auto found = attributes.find(attribute);
        return found == attributes.end() ? "" : found->second;
    }
};

// The tags of an XML text in their order. That is all this metadata needs: it has no text, CDATA or entities in names.
std::vector<Tag> tags(const std::string& xml) {
    const char* const blanks = " \t\r\n/?";
    std::vector<Tag> found;
    for (size_t open = xml.find('<'); open != std::string::npos; open = xml.find('<', open)) {
        const bool comment = xml.compare(open, 4, "<!--") == 0;
        const size_t close = xml.find(comment ? "-->" : ">", open);
        if (close == std::string::npos) {
            throw damaged("the metadata ends within a tag");
        }
        if (!comment) {
            const std::string inside = xml.substr(open + 1, close - open - 1);
            Tag tag;
            size_t at = inside.find_first_of(" \t\r\n", 1);
            tag.name = inside.substr(0, at);
            while (at != std::string::npos && (at = inside.find_first_not_of(blanks, at)) != std::string::npos) {
                const size_t equals = inside.find('=', at);
                if (equals == std::string::npos || equals + 1 >= inside.size()) {
                    break;
                }
                const size_t end = inside.find(inside[equals + 1], equals + 2);
                if (end == std::string::npos) {
                    break;
                }
                tag.attributes[inside.substr(at, equals - at)] = inside.substr(equals + 2, end - equals - 2);
                at = end + 1;
            }
            found.push_back(tag);
        }
        open = close;
    }
    return found;
}

uint64_t integer(const std::string& text) {
    return std::strtoull(text.c_str(), nullptr, 0);
}

std::vector<Kernel> kernelsIn(const std::string& xml) {
    std::vector<Kernel> kernels;
    bool inside = false;
    for (const Tag& tag : tags(xml)) {
        if (tag.name == "kernel") {
            kernels.push_back({tag["name"], {}});
            inside = true;
        } else if (tag.name == "/kernel") {
            inside = false;
        } else if (tag.name == "arg" && inside && !tag["id"].empty()) {
            std::vector<Argument>& arguments = kernels.back().arguments;
            if (integer(tag["id"]) != arguments.size()) {
                throw damaged("arguments of kernel " + kernels.back().name + " are not in their order");
            }
            const uint64_t bytes = integer(tag["hostSize"].empty() ? tag["size"] : tag["hostSize"]);
            arguments.push_back(
                {tag["name"],
                 tag["type"],
                 tag["addressQualifier"] == "1",
                 static_cast<uint32_t>(integer(tag["offset"])),
                 bytes});
        }
    }
    return kernels;
}

// The number behind a key: {"key": "octospark_rows", "value": "500"}; 0 if there is none.
uint64_t keyValue(const std::string& json, const std::string& key) {
    const size_t found = json.find('"' + key + '"');
    const size_t value = found == std::string::npos ? found : json.find("\"value\"", found);
    const size_t digit = value == std::string::npos ? value : json.find_first_of("0123456789", value);
    return digit == std::string::npos ? 0 : integer(json.substr(digit, 20));
}

// Designs of "octospark xclbin create" have the MD5 of their content as UUID (version 3). Nothing else protects the
// code in them, and a damaged library can end the process that loads it. Other UUIDs tell nothing.
void checkContent(const std::string& bytes, const Uuid& uuid) {
    if (uuid[6] >> 4 == 3 && uuid[8] >> 6 == 2) {
        std::string content = bytes;
        content.replace(UNIQUE_ID_OFFSET, 8, 8, '\0');
        content.replace(UUID_OFFSET, 16, 16, '\0');
        Uuid expected = md5(content);
        expected[6] = static_cast<unsigned char>((expected[6] & 0x0f) | 0x30);
        expected[8] = static_cast<unsigned char>((expected[8] & 0x3f) | 0x80);
        if (expected != uuid) {
            throw damaged("its content doesn't fit its UUID");
        }
    }
}

}  // namespace

int ComputeUnit::group(int argument) const {
    const auto found = banks.find(argument);
    return found == banks.end() ? -1 : *found->second.rbegin();
}

Xclbin Xclbin::parse(const std::string& bytes) {
    if (bytes.size() < 8) {
        throw damaged("a file of " + std::to_string(bytes.size()) + " bytes");
    }
    if (std::memcmp(bytes.data(), "xclbin2\0", 8) != 0) {
        throw Failure(ERRNO_KEPT, "Invalid xclbin");
    }
    const View file(bytes.data(), bytes.size(), "the file");
    if (file.number<uint64_t>(LENGTH_OFFSET) != bytes.size()) {
        throw damaged(
            "a file of " + std::to_string(bytes.size()) + " bytes that says it has " +
            std::to_string(file.number<uint64_t>(LENGTH_OFFSET)));
    }

    Xclbin xclbin;
    xclbin.platform = file.text(PLATFORM_OFFSET, 64);
    const std::string uuid = file.part(UUID_OFFSET, 16, "the UUID").bytes();
    std::memcpy(xclbin.uuid.data(), uuid.data(), uuid.size());
    checkContent(bytes, xclbin.uuid);

    const std::map<uint32_t, View> all = sections(file);
    const auto memory = section(all, GROUPED_MEMORY_SECTION, MEMORY_SECTION);
    const auto connectivity = section(all, GROUPED_CONNECTIVITY_SECTION, CONNECTIVITY_SECTION);
    const auto units = section(all, UNITS_SECTION, UNITS_SECTION);
    const auto metadata = section(all, METADATA_SECTION, METADATA_SECTION);
    const auto code = section(all, BITSTREAM_SECTION, BITSTREAM_SECTION);
    const auto keyValues = section(all, KEY_VALUE_SECTION, KEY_VALUE_SECTION);
    if (!memory || !connectivity || !units || !metadata) {
        throw Failure(EINVAL, "xclbin: without memory, connectivity, compute units or metadata");
    }

    for (const View& entry : entries(*memory, 8, 40, "memory banks")) {
        // Streams are listed among the banks; they have no memory. Sizes are in KB.
        const uint8_t type = entry.number<uint8_t>(0);
        const uint64_t kilobytes = entry.number<uint64_t>(8);
        const bool used = entry.number<uint8_t>(1) != 0 && type != 3 && type != 9 && kilobytes != 0;
        xclbin.banks.push_back(
            {entry.text(24, 16),
             entry.number<uint64_t>(16),
             kilobytes > (UINT64_MAX >> 10) ? 0 : kilobytes << 10,
             used});
    }

    xclbin.kernels = kernelsIn(metadata->bytes());
    // By index in the section, which the connectivity uses: the number of the compute unit, or -1.
    std::vector<int> unitOf;
    for (const View& entry : entries(*units, 8, 80, "compute units")) {
        unitOf.push_back(-1);
        const std::string name = entry.text(16, 64);
        const size_t colon = name.find(':');
        for (size_t k = 0; colon != std::string::npos && k < xclbin.kernels.size(); k++) {
            if (entry.number<uint32_t>(0) == 1 && xclbin.kernels[k].name == name.substr(0, colon)) {
                unitOf.back() = static_cast<int>(xclbin.units.size());
                xclbin.units.push_back({name.substr(colon + 1), k, {}});
                break;
            }
        }
    }
    for (const View& entry : entries(*connectivity, 4, 12, "connections")) {
        const int32_t argument = entry.number<int32_t>(0);
        const int32_t unit = entry.number<int32_t>(4);
        const int32_t bank = entry.number<int32_t>(8);
        if (argument < 0 || unit < 0 || bank < 0 || static_cast<size_t>(unit) >= unitOf.size() ||
            static_cast<size_t>(bank) >= xclbin.banks.size()) {
            throw damaged("a connection of what is not there");
        }
        if (unitOf[static_cast<size_t>(unit)] >= 0) {
            xclbin.units[static_cast<size_t>(unitOf[static_cast<size_t>(unit)])].banks[argument].insert(bank);
        }
    }
    if (code) {
        xclbin.code = code->bytes();
    }
    if (keyValues) {
        xclbin.rows = keyValue(keyValues->bytes(), "octospark_rows");
        xclbin.cols = keyValue(keyValues->bytes(), "octospark_cols");
    }
    return xclbin;
}

std::string Xclbin::readFile(const char* name) {
    if (name == nullptr || *name == '\0') {
        throw Failure(ERRNO_KEPT, "Failed to open file '' for reading");
    }
    errno = 0;
    std::ifstream stream(name, std::ios::binary);
    if (!stream) {
        throw Failure(errno, std::string("Failed to open file '") + name + "' for reading");
    }
    const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (bytes.empty()) {
        throw damaged(std::string("'") + name + "' is empty or can't be read");
    }
    return bytes;
}

size_t Xclbin::lengthOf(const void* axlf) {
    uint64_t length;
    if (axlf == nullptr || std::memcmp(axlf, "xclbin2\0", 8) != 0) {
        throw Failure(ERRNO_KEPT, "Invalid xclbin");
    }
    std::memcpy(&length, static_cast<const char*>(axlf) + LENGTH_OFFSET, sizeof length);
    return length;
}

}  // namespace emu
