#pragma once
// The bytes that end names, values and white space in tags (WHATWG HTML section 13.2.5).
#include <array>
#include <cstddef>
#include <string_view>

#include "base/ascii.hpp"

namespace abide::detail {

using byte_set = std::array<bool, 256>;

/// White space in HTML: more than the blanks of header fields (base/ascii.hpp).
constexpr bool is_html_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
constexpr bool ends_name(char c) noexcept { return is_html_space(c) || c == '/' || c == '>'; }
/// Whether `c` stands in the names of most elements.
constexpr bool is_usual(char c) noexcept { return (c >= 'a' && c <= 'z') || ascii_text::is_digit(c) || c == '-'; }

constexpr byte_set bytes_of(std::string_view list) noexcept {
  byte_set is{};
  for (const char c : list) is[static_cast<unsigned char>(c)] = true;
  return is;
}

constexpr byte_set all_but(bool (*is_kept)(char) noexcept) noexcept {
  byte_set is{};
  for (std::size_t i = 0; i < is.size(); ++i) is[i] = !is_kept(static_cast<char>(i));
  return is;
}

inline constexpr byte_set name_ends = bytes_of(" \t\n\r\f/>"), attribute_name_ends = bytes_of(" \t\n\r\f/>="),
                          bare_value_ends = bytes_of(" \t\n\r\f>"), other_than_letters = all_but(ascii_text::is_letter),
                          other_than_spaces = all_but(is_html_space), other_than_usual = all_but(is_usual);

/// The offset of the first byte of `ends`, or the size of the text.
inline std::size_t end_of_run(std::string_view text, std::size_t at, const byte_set& ends) noexcept {
  while (at < text.size() && !ends[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

}  // namespace abide::detail
