#include "tools/text_file.hpp"

#include <array>
#include <cstdint>

namespace abide::detail::cli {
namespace {

constexpr std::uint32_t replacement = 0xfffd;

void append(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr std::array<unsigned, 4> lead{0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(lead[more] | c >> (6 * more));
  for (unsigned left = more; left-- > 0;) out += static_cast<char>(0x80 | (c >> (6 * left) & 0x3f));
}

unsigned char byte_at(std::string_view bytes, std::size_t at) noexcept { return static_cast<unsigned char>(bytes[at]); }

std::string from_utf16(std::string_view bytes, bool is_big) {
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    const std::uint32_t first = byte_at(bytes, at), second = byte_at(bytes, at + 1);
    return is_big ? first << 8 | second : second << 8 | first;
  };
  std::string out;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const std::uint32_t c = unit(at);
    const bool is_high = c >= 0xd800 && c < 0xdc00, is_low = c >= 0xdc00 && c < 0xe000;
    const std::uint32_t next = is_high && at + 3 < bytes.size() ? unit(at + 2) : 0;
    if (next >= 0xdc00 && next < 0xe000) {
      append(out, 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00));
      at += 2;
    } else {
      append(out, is_high || is_low ? replacement : c);
    }
  }
  return out;
}

/// 0x80 to 0x9f; the rest is Latin-1.
constexpr std::array<std::uint16_t, 32> windows_1252{0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                     0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
                                                     0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                     0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};

std::string from_windows_1252(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const unsigned char c = byte_at(bytes, at);
    append(out, c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c);
  }
  return out;
}

/// Excludes longer forms of short characters, surrogates, and what is above U+10FFFF (RFC 3629 section 4).
bool may_follow(unsigned char lead, unsigned char second) noexcept {
  switch (lead) {
    case 0xe0: return second >= 0xa0;
    case 0xed: return second < 0xa0;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second < 0x90;
    default: return true;
  }
}

/// The number of bytes of the character at `at`; 0: not valid UTF-8.
std::size_t size_of_character(std::string_view bytes, std::size_t at) noexcept {
  const unsigned char lead = byte_at(bytes, at);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (at + size > bytes.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte_at(bytes, at + i) & 0xc0) != 0x80) return 0;
  return size > 2 && !may_follow(lead, byte_at(bytes, at + 1)) ? 0 : size;
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = size_of_character(bytes, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

std::string as_utf8(std::string_view bytes) {
  constexpr std::string_view mark = "\xef\xbb\xbf", little = "\xff\xfe", big = "\xfe\xff";
  if (bytes.starts_with(little)) return from_utf16(bytes.substr(little.size()), false);
  if (bytes.starts_with(big)) return from_utf16(bytes.substr(big.size()), true);
  if (bytes.starts_with(mark)) bytes.remove_prefix(mark.size());
  return is_utf8(bytes) ? std::string(bytes) : from_windows_1252(bytes);
}

}  // namespace abide::detail::cli
