#include "base/time.hpp"

#include <cstdio>

#include "abide/record.hpp"

namespace abide::detail {
namespace {

/// The remainder of a division that rounds down: times before 1970 are negative.
int rest_of(std::int64_t number, std::int64_t divisor) noexcept {
  return static_cast<int>((number % divisor + divisor) % divisor);
}

}  // namespace

std::string time_text(std::int64_t seconds) {
  const int second = rest_of(seconds, seconds_a_day);
  char text[32];
  write_date(seconds, text);
  std::snprintf(text + 10, sizeof text - 10, "T%02d:%02d:%02dZ", second / 3600, second / 60 % 60, second % 60);
  return text;
}

std::string time_text_ms(std::int64_t milliseconds) {
  const int rest = rest_of(milliseconds, 1000);
  std::string text = time_text((milliseconds - rest) / 1000);
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", rest);
  return text.replace(text.size() - 1, 1, fraction);
}

}  // namespace abide::detail
