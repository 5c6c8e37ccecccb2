#pragma once
#include <string_view>

#include "abide/policy.hpp"

namespace abide::detail::cli {

/// The rule of the policy that decides on the cookies of a name or pattern, on a host; null: none, the catalog does.
inline const cookie_rule* deciding_rule(const policy& rules, std::string_view name, std::string_view host) {
  const cookie_rule* best = nullptr;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const cookie_rule& rule = rules.cookies[i];
    if (!name_matches(rule.name, name) || !host_matches(rule.host, host)) continue;
    if (!best || outranks(rule, *best)) best = &rule;
  }
  return best;
}

}  // namespace abide::detail::cli
