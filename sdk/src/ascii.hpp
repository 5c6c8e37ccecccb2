#pragma once
// The few character rules that HTTP needs, independent of the locale.
#include <cstddef>
#include <string_view>

namespace abide::detail::ascii {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }  // OWS, RFC 9110 section 5.6.3
constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

/// Up to `size` bytes from `at`; empty beyond the end. string_view::substr would bring an exception into the core.
constexpr std::string_view part(std::string_view text, std::size_t at,
                                std::size_t size = std::string_view::npos) noexcept {
  if (at >= text.size()) return {};
  return {text.data() + at, size < text.size() - at ? size : text.size() - at};
}

constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

constexpr bool same(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

constexpr bool starts_with(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && part(text, 0, prefix.size()) == prefix;
}

constexpr bool starts_with_same(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && same(part(text, 0, prefix.size()), prefix);
}

/// Whether `text` begins with `word`, in any letter case. `word`: lower-case letters and hyphens only.
template <std::size_t size>
[[gnu::always_inline]] constexpr bool starts_with_word(std::string_view text, const char (&word)[size]) noexcept {
  if (text.size() < size - 1) return false;
  for (std::size_t i = 0; i + 1 < size; ++i)
    if ((text[i] | (word[i] == '-' ? 0 : 0x20)) != word[i]) return false;
  return true;
}

constexpr bool ends_with(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && part(text, text.size() - suffix.size()) == suffix;
}

/// Returns the text before the first `mark` and removes it, with the mark, from `text`; without a mark, all of it.
constexpr std::string_view take_until(std::string_view& text, char mark) noexcept {
  const std::size_t at = text.find(mark);
  const std::string_view before = part(text, 0, at);
  text = at == std::string_view::npos ? std::string_view{} : part(text, at + 1);
  return before;
}

}  // namespace abide::detail::ascii
