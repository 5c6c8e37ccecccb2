#pragma once
// Times, and how they are written.
#include <cstdint>
#include <string>

namespace abide::detail {

inline constexpr std::int64_t seconds_a_day = 86'400;

/// An RFC 3339 date-time in UTC: `2026-11-22T10:00:00Z`.
std::string time_text(std::int64_t seconds);
/// The same with milliseconds: `2026-11-22T10:00:00.123Z`.
std::string time_text_ms(std::int64_t milliseconds);

}  // namespace abide::detail
