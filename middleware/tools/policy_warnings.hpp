#pragma once
// What is valid in a policy file and still makes the site say something untrue, or break the law of a place it serves.
#include <cstdint>
#include <string>
#include <vector>

#include "abide/config.hpp"

namespace abide::detail::cli {

/// One line each, with the JSON path; empty: nothing to warn of. `now`, in Unix seconds, is the day whose law counts.
std::vector<std::string> policy_warnings(const config&, std::int64_t now);

}  // namespace abide::detail::cli
