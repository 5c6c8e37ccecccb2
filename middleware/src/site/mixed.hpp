#pragma once
// A 64-bit hash of bytes, eight per step, for tables in memory. Not cryptographic: no security may depend on it.
#include <cstdint>
#include <cstring>
#include <string_view>

namespace abide::detail {

/// Reads two overlapping words, or three bytes, without a call.
inline std::uint64_t up_to_seven(std::string_view bytes) noexcept {
  if (bytes.size() >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, bytes.data(), 4);
    std::memcpy(&last, bytes.data() + bytes.size() - 4, 4);
    return first | std::uint64_t{last} << 32;
  }
  if (bytes.empty()) return 0;
  const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(bytes[i])}; };
  return byte(0) | byte(bytes.size() / 2) << 8 | byte(bytes.size() - 1) << 16;
}

inline std::uint64_t mixed(std::uint64_t hash, std::string_view bytes) noexcept {
  constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
  hash = (hash ^ bytes.size()) * prime;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t part;
    std::memcpy(&part, bytes.data(), 8);
    hash = (hash ^ part) * prime;
    hash ^= hash >> 29;
  }
  hash = (hash ^ up_to_seven(bytes)) * prime;
  return hash ^ (hash >> 32);
}

}  // namespace abide::detail
