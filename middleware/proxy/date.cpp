#include "proxy/date.hpp"

#include <algorithm>

namespace abide::detail::proxy {
namespace {

constexpr std::string_view days = "SunMonTueWedThuFriSat", months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view form = "Thu, 01 Jan 1970 00:00:00 GMT";

void write_name(char* to, std::string_view names, int number) noexcept {
  names.copy(to, 3, static_cast<std::size_t>(number) * 3);
}

/// Its last `count` digits.
void write_number(char* to, int number, int count) noexcept {
  for (; count > 0; number /= 10) to[--count] = static_cast<char>('0' + number % 10);
}

}  // namespace

std::string_view date::at(std::time_t time) noexcept {
  const std::string_view text(text_.data(), text_.size());
  std::tm parts{};
  if (time == written_ || !::gmtime_r(&time, &parts)) return text;
  written_ = time;
  char* const to = text_.data();
  std::ranges::copy(form, to);
  write_name(to, days, parts.tm_wday);
  write_number(to + 5, parts.tm_mday, 2);
  write_name(to + 8, months, parts.tm_mon);
  write_number(to + 12, parts.tm_year + 1900, 4);
  write_number(to + 17, parts.tm_hour, 2);
  write_number(to + 20, parts.tm_min, 2);
  write_number(to + 23, parts.tm_sec, 2);
  return text;
}

}  // namespace abide::detail::proxy
