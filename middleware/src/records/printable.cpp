#include "records/printable.hpp"

#include <cstddef>

namespace abide::detail {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

std::size_t size_after(unsigned first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

// False for control characters and for marks that change the direction of the following text or are invisible.
bool is_shown(char32_t c) {
  if (c < 0xa0) return c >= 0x20 && c < 0x7f;
  const bool turns = (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f);
  return !turns && c != 0x61c && c != 0xfeff && c < 0xe0000;
}

// Size in bytes of the printable character at the beginning; 0: none.
std::size_t shown_size(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  const std::size_t size = size_after(first);
  if (size == 0 || size > text.size()) return 0;
  char32_t c = size == 1 ? first : first & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte_at(text, i) & 0xc0u) != 0x80) return 0;
    c = c << 6 | (byte_at(text, i) & 0x3fu);
  }
  return is_shown(c) ? size : 0;
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string made;
  made.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = shown_size(text);
    const unsigned first = byte_at(text, 0);
    if (size > 0) made += text.substr(0, size);
    else made.append("\\x").append(1, digits[first >> 4]).append(1, digits[first & 15]);
    text.remove_prefix(size > 0 ? size : 1);
  }
  return made;
}

}  // namespace abide::detail
