// MD5 (RFC 1321), by which a file made from its own content is recognised as undamaged. Not for security.
#ifndef OCTOSPARK_EMULATOR_MD5_H
#define OCTOSPARK_EMULATOR_MD5_H

#include <array>
#include <cstdint>
#include <string>

namespace emu {

std::array<unsigned char, 16> md5(std::string message);

}  // namespace emu

#endif
