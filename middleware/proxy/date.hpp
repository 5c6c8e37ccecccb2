#pragma once
// The value of a Date field (RFC 9110 section 6.6.1).
#include <array>
#include <ctime>
#include <string_view>

namespace abide::detail::proxy {

/// The time in the format of section 5.6.7, written again only when the second has changed. For one thread.
class date {
 public:
  /// Valid until the next call.
  std::string_view at(std::time_t) noexcept;
  std::string_view now() noexcept { return at(std::time(nullptr)); }

 private:
  std::time_t written_ = -1;
  std::array<char, 29> text_{};
};

}  // namespace abide::detail::proxy
