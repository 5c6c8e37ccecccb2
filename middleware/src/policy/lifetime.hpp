#pragma once
// How long a cookie lives, as the policy file writes it.
#include <optional>
#include <string>
#include <string_view>

#include "abide/config.hpp"

namespace abide::detail {

/// lifetime = "session" / count SP unit ; count = 1 to 9999, unit = second(s) ... year(s)
std::optional<cookie_lifetime> read_lifetime_text(std::string_view) noexcept;

/// The lifetime that an invalid text probably meant: `13mo` is 13 months, `1 Year` is 1 year. Empty: not certain.
std::string meant_lifetime(std::string_view);

/// Writes the same form; empty if the lifetime is unknown.
std::string write_lifetime_text(cookie_lifetime);

/// `session`, `seconds` ... `years`; empty for unknown.
std::string_view to_string(lifetime_unit) noexcept;

}  // namespace abide::detail
