#pragma once
// Days and seconds of the proleptic Gregorian calendar in UTC, without the C library's time zones.
#include <cstdint>
#include <limits>

namespace abide::detail::calendar {

inline constexpr std::int64_t seconds_a_day = 86400;

/// Adds seconds to a time, saturating: callers of the C interface may pass any number.
constexpr std::int64_t later(std::int64_t time, std::int64_t seconds) noexcept {
  constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();
  return time > end - seconds ? end : time + seconds;
}

/// Whether a time is so far ahead that a broken clock wrote it. Clocks of servers that share keys differ by less.
constexpr bool is_future(std::int64_t time, std::int64_t now) noexcept { return time > later(now, 60); }

constexpr bool is_leap(int year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr int days_in_month(int year, int month) noexcept {
  constexpr int days[]{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/// Days since 1970-01-01 (Howard Hinnant's days_from_civil).
constexpr std::int64_t days_of(int year, int month, int day) noexcept {
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int year_of_era = y - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<std::int64_t>(era) * 146097 + day_of_era - 719468;
}

struct date {
  int year, month, day;
};

constexpr date date_of(std::int64_t days) noexcept {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int day_of_era = static_cast<int>(days - era * 146097);
  const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted = (5 * day_of_year + 2) / 153;
  const int month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int year = static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0);
  return {year, month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

}  // namespace abide::detail::calendar
