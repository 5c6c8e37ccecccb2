#pragma once
// A policy file as it was read, with all that is wrong in it.
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "policy/finding.hpp"
#include "policy/setting.hpp"

namespace abide::detail {

struct policy_reading : reading {
  config settings;  ///< of use only without errors
};

/// Reads all of it. `name` stands for the file in messages; what it names lies beside it. The findings are in the order
/// of the file.
policy_reading read_policy(std::string_view json, std::string_view name);

/// The bytes of a file. Throws config_error, which names it.
std::string bytes_of_policy(const std::string& file);

bool has_errors(const std::vector<finding>&);

}  // namespace abide::detail
