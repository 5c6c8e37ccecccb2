#pragma once
// Reads the JSON of a configuration file strictly: a duplicate key or a stray byte is a finding with its place.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/finding.hpp"

namespace abide::detail {

/// Keeps the order of the file, so that the first fault reported is the first one in the file.
using file_json = nlohmann::ordered_json;

/// The values of a file and their places. What is not JSON becomes a finding and is corrected if the correction is
/// certain (an extra comma, a comment), so that the rest can be read. Nothing: it could not be corrected.
std::optional<file_json> read_strict_json(std::string text, policy_source& source, std::vector<finding>& findings);

/// One step of an RFC 6901 path: `/` and `~` are escaped.
std::string json_path(std::string_view parent, std::string_view key);

}  // namespace abide::detail
