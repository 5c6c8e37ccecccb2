#pragma once
// How long a cookie lives, as visitors read it.
#include <string>

#include "abide/config.hpp"

namespace abide::detail {

class language;

/// `13 months` in the reader's language; empty when it is unknown.
std::string lifetime_in(const language&, cookie_lifetime);

}  // namespace abide::detail
