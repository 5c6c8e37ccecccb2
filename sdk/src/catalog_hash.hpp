#pragma once
// The hash of catalog keys: eight bytes per step, the same on every machine. Also used by the packer.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace abide::detail::data {

inline std::uint64_t byte_at(const char* p, unsigned i) noexcept {
  return std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
inline std::uint64_t load_8(const char* p) noexcept {
  std::uint64_t word;
  std::memcpy(&word, p, 8);
  return word;
}
inline std::uint64_t load_4(const char* p) noexcept {
  std::uint32_t word;
  std::memcpy(&word, p, 4);
  return word;
}
#else
inline std::uint64_t load_4(const char* p) noexcept {
  return byte_at(p, 0) | byte_at(p, 1) | byte_at(p, 2) | byte_at(p, 3);
}
inline std::uint64_t load_8(const char* p) noexcept { return load_4(p) | load_4(p + 4) << 32; }
#endif

/// The last `rest` (1 to 8) bytes of a text of `size` bytes, as a number; unused high bytes are 0.
inline std::uint64_t load_rest(const char* p, std::size_t size, std::size_t rest) noexcept {
  if (size >= 8) return load_8(p + size - 8) >> (8 * (8 - rest));
  if (size >= 4) return load_4(p) | load_4(p + size - 4) << (8 * (size - 4));
  std::uint64_t word = byte_at(p, 0);
  if (size > 1) word |= byte_at(p, 1);
  if (size > 2) word |= byte_at(p, 2);
  return word;
}

inline std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 32);
}

/// `text`: at least one byte. Different salts give unrelated hashes.
inline std::uint64_t hash_of(std::string_view text, std::uint64_t salt) noexcept {
  const char* p = text.data();
  std::size_t at = 0;
  std::uint64_t hash = (salt + 1) * 0xff51afd7ed558ccdu + text.size();
  for (; at + 8 < text.size(); at += 8) hash = mix(hash, load_8(p + at));
  return mix(hash, load_rest(p, text.size(), text.size() - at));
}

}  // namespace abide::detail::data
