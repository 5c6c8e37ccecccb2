#pragma once
// The part of a cookie's name that says what it is: without prefixes, escapes, letter case, and what is random in it.
#include <array>
#include <cstddef>
#include <string_view>

namespace abide::detail::cookie_name {

inline constexpr std::size_t size_max = 255;

class normal {
 public:
  /// Of at most size_max bytes.
  explicit normal(std::string_view name) noexcept;
  normal(const normal&) = delete;

  /// In lower case, %-escapes decoded, without __Secure- and __Host-.
  std::string_view text() const noexcept { return text_; }
  /// Whether that is another text than the name.
  bool differs() const noexcept { return text_.data() == copy_.data(); }
  /// The text up to the number, hash, UUID or placeholder at its end, and without what separates them.
  std::string_view stem() const noexcept;

 private:
  std::string_view text_;
  std::array<char, size_max> copy_;  // only written where the name is not its own normal form
};

}  // namespace abide::detail::cookie_name
