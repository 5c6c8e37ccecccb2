#pragma once
// The files that commands write.
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"

namespace abide::detail::cli {

/// The files of a store (STORE as a command takes it), with those that SQLite keeps beside it; none for other stores.
std::vector<std::string> files_of_store(const std::string& store);

/// The files that a policy names: its store, keys, heads and database of places.
std::vector<std::string> files_of_policy(const config&);

/// Throws config_error if `file` is one of `inputs`, by whatever path: an output there would destroy it.
void refuse_input(const std::string& file, const std::vector<std::string>& inputs);

/// Writes the whole file or nothing: an error leaves an older file as it was. Throws config_error, which names the
/// file, also if the file is one of `inputs`. Devices and pipes are written to, not replaced.
void write_output(const std::string& file, std::string_view bytes, const std::vector<std::string>& inputs);

}  // namespace abide::detail::cli
