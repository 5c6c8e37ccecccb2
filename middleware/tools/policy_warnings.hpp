#pragma once
// What is valid in a policy file and still makes the site say something untrue, or break the law of a place it serves.
#include <cstdint>
#include <vector>

#include "abide/config.hpp"
#include "policy/finding.hpp"

namespace abide::detail::cli {

/// In the order of the file. `now`, in Unix seconds, is the day whose law counts.
std::vector<finding> policy_warnings(const config&, std::int64_t now);

}  // namespace abide::detail::cli
