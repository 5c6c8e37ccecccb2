#pragma once
// --policy FILE: the policy that a command uses.
#include "abide/config.hpp"
#include "command.hpp"

namespace abide::detail::cli {

/// Takes the option; without it, the strict policy of `{}`.
inline config take_policy(arguments& from) {
  const auto file = from.take_option("--policy");
  return file ? load_config(*file) : parse_config("{}", "{}");
}

}  // namespace abide::detail::cli
