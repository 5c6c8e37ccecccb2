#pragma once
// Finds what is valid in a policy file, but makes the site say something untrue or break the law of a place it serves.
#include <cstdint>
#include <vector>

#include "abide/config.hpp"
#include "policy/finding.hpp"

namespace abide::detail::cli {

/// In the order of the file. `now`: Unix seconds; the law of that day counts.
std::vector<finding> policy_warnings(const config&, std::int64_t now);

}  // namespace abide::detail::cli
