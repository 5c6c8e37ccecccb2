#pragma once
// The part of a cookie's name that identifies it: without prefixes, escapes, letter case and random parts.
#include <array>
#include <cstddef>
#include <string_view>

namespace abide::detail::cookie_name {

inline constexpr std::size_t size_max = 255;

class normal {
 public:
  /// `name`: at most size_max bytes.
  explicit normal(std::string_view name) noexcept;
  normal(const normal&) = delete;

  /// In lower case, %-escapes decoded, without a prefix such as __Host-.
  std::string_view text() const noexcept { return text_; }
  /// Whether text() is not the name as given.
  bool differs() const noexcept { return text_.data() == copy_.data(); }
  /// The text without the numbers, hashes, UUIDs or placeholders at its end and the separators before them.
  std::string_view stem() const noexcept;

 private:
  std::string_view text_;
  std::array<char, size_max> copy_;  // only written if the name is not in normal form
};

}  // namespace abide::detail::cookie_name
