#pragma once
// Short names for many tests.
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "abide/abide.hpp"

namespace abide {

// Failed comparisons print words.
inline std::ostream& operator<<(std::ostream& out, category c) { return out << to_string(c); }
inline std::ostream& operator<<(std::ostream& out, rule r) { return out << to_string(r); }
inline std::ostream& operator<<(std::ostream& out, notice n) { return out << to_string(n); }
inline std::ostream& operator<<(std::ostream& out, evidence e) { return out << to_string(e); }
inline std::ostream& operator<<(std::ostream& out, source s) { return out << to_string(s); }
inline std::ostream& operator<<(std::ostream& out, regime r) { return out << to_string(r); }

}  // namespace abide

namespace words {

constexpr std::int64_t minute = 60, hour = 3600, day = 86400;

/// Unix seconds of a date `2026-11-22` or a date-time; 0 if it is neither, which no test uses.
inline std::int64_t at(std::string_view text) {
  return abide::parse_timestamp(text.size() == 10 ? std::string(text) + "T00:00:00Z" : std::string(text)).value_or(0);
}

/// The current day in all tests unless they set another.
inline std::int64_t today() { return at("2026-11-22"); }

using bytes = std::string;

}  // namespace words
