#pragma once
// A policy file that was read, with all its faults.
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "policy/finding.hpp"
#include "policy/setting.hpp"

namespace abide::detail {

struct policy_reading : reading {
  config settings;  ///< usable only without errors
};

/// Reads the whole file. `name`: the file in messages; paths in the policy are relative to it. The findings are in the
/// order of the file.
policy_reading read_policy(std::string_view json, std::string_view name);

/// The bytes of a file. Throws config_error that names it.
std::string bytes_of_policy(const std::string& file);

bool has_errors(const std::vector<finding>&);

}  // namespace abide::detail
