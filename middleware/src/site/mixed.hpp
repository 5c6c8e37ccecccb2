#pragma once
// Spreads bytes over 64 bits, eight at a step: for tables in memory. No signature; nothing may depend on who can guess
// it.
#include <cstdint>
#include <cstring>
#include <string_view>

namespace abide::detail {

inline std::uint64_t mixed(std::uint64_t hash, std::string_view bytes) noexcept {
  constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
  hash = (hash ^ bytes.size()) * prime;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t part;
    std::memcpy(&part, bytes.data(), 8);
    hash = (hash ^ part) * prime;
    hash ^= hash >> 29;
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  hash = (hash ^ rest) * prime;
  return hash ^ (hash >> 32);
}

}  // namespace abide::detail
