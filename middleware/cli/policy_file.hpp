#pragma once
// The FILE of the policy commands: `-` is standard input.
#include <cstdio>
#include <string>

#include "abide/config.hpp"
#include "policy/policy_reading.hpp"

namespace abide::detail::cli {

struct policy_bytes {
  std::string name, json;
};

inline std::string bytes_of_input() {
  std::string bytes;
  char chunk[4096];
  while (const std::size_t size = std::fread(chunk, 1, sizeof chunk, stdin)) bytes.append(chunk, size);
  return bytes;
}

/// Throws config_error if the file cannot be read.
inline policy_bytes bytes_of_file(const std::string& file) {
  if (file == "-") return {"standard input", bytes_of_input()};
  return {file, bytes_of_policy(file)};
}

/// Parses the policy. Throws config_error.
inline config policy_of_file(const std::string& file) {
  const policy_bytes policy = bytes_of_file(file);
  return parse_config(policy.json, policy.name);
}

}  // namespace abide::detail::cli
