#pragma once
// Compares short texts eight bytes per step, without a function call.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace abide::detail {

namespace bytes {

template <class Word>
bool same_word(const char* a, const char* b) noexcept {
  Word first, second;
  std::memcpy(&first, a, sizeof(Word));
  std::memcpy(&second, b, sizeof(Word));
  return first == second;
}

}  // namespace bytes

inline bool same_bytes(std::string_view a, std::string_view b) noexcept {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (!bytes::same_word<std::uint64_t>(a.data() + at, b.data() + at)) return false;
    return bytes::same_word<std::uint64_t>(a.data() + size - 8, b.data() + size - 8);
  }
  if (size >= 4) {
    return bytes::same_word<std::uint32_t>(a.data(), b.data()) &&
           bytes::same_word<std::uint32_t>(a.data() + size - 4, b.data() + size - 4);
  }
  for (std::size_t at = 0; at < size; ++at)
    if (a[at] != b[at]) return false;
  return true;
}

inline bool begins_with(std::string_view text, std::string_view beginning) noexcept {
  return text.size() >= beginning.size() && same_bytes({text.data(), beginning.size()}, beginning);
}

}  // namespace abide::detail
