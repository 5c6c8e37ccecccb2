#pragma once
// How long a cookie lives, as the policy file writes it.
#include <optional>
#include <string>
#include <string_view>

#include "abide/config.hpp"

namespace abide::detail {

/// lifetime = "session" / count SP unit ; count = 1 to 9999, unit = second(s) ... year(s)
std::optional<cookie_lifetime> read_lifetime_text(std::string_view) noexcept;

/// What a text that is none probably meant: `13mo` is 13 months, `1 Year` 1 year. Empty: nothing sure.
std::string meant_lifetime(std::string_view);

/// The same form back; empty when it is unknown.
std::string write_lifetime_text(cookie_lifetime);

/// `session`, `seconds` ... `years`; empty for unknown.
std::string_view to_string(lifetime_unit) noexcept;

}  // namespace abide::detail
