#include "md5.h"

#include <cmath>
#include <cstring>

namespace emu {

// Numbers are little endian, as on every machine that XRT runs on.
std::array<unsigned char, 16> md5(std::string message) {
    static const int shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t sines[64];
    for (int i = 0; i < 64; i++) {
        sines[i] = static_cast<uint32_t>(std::floor(std::fabs(std::sin(i + 1.0)) * 4294967296.0));
    }
    const uint64_t bits = message.size() * 8;
    message += '\x80';
    message.append((120 - message.size() % 64) % 64, '\0');
    message.append(reinterpret_cast<const char*>(&bits), sizeof bits);

    uint32_t sum[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    for (size_t at = 0; at < message.size(); at += 64) {
        uint32_t words[16];
        std::memcpy(words, message.data() + at, sizeof words);
        auto [a, b, c, d] = sum;
        for (uint32_t i = 0; i < 64; i++) {
            const uint32_t mixed[4] = {(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)};
            const uint32_t order[4] = {i, 5 * i + 1, 3 * i + 5, 7 * i};
            const uint32_t value = a + mixed[i / 16] + sines[i] + words[order[i / 16] % 16];
            const int shift = shifts[i / 16][i % 4];
            a = d;
            d = c;
            c = b;
            b += value << shift | value >> (32 - shift);
        }
        sum[0] += a;
        sum[1] += b;
        sum[2] += c;
        sum[3] += d;
    }
    std::array<unsigned char, 16> digest;
    std::memcpy(digest.data(), sum, sizeof sum);
    return digest;
}

}  // namespace emu
