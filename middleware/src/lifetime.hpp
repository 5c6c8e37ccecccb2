#pragma once
// How long a cookie lives: as the policy file writes it, and as visitors read it.
#include <optional>
#include <string>
#include <string_view>

#include "abide/config.hpp"

namespace abide {

class language;

/// lifetime = "session" / count SP unit ; count = 1 to 9999, unit = second(s) ... year(s)
std::optional<cookie_lifetime> read_lifetime_text(std::string_view) noexcept;

/// `13 months` in the reader's language; empty when it is unknown.
std::string lifetime_in(const language&, cookie_lifetime);

}  // namespace abide
