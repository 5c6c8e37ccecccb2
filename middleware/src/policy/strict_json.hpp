#pragma once
// JSON of a configuration file, read strictly: a duplicate key or a stray byte is an error that names its place.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace abide::detail {

/// Keeps the order of the file, so that the first fault reported is the first one in the file.
using file_json = nlohmann::ordered_json;

/// Throws config_error; `name` stands for the file in messages.
file_json read_strict_json(std::string_view text, const std::string& name);

/// One step of an RFC 6901 path: `/` and `~` are escaped.
std::string json_path(std::string_view parent, std::string_view key);

}  // namespace abide::detail
