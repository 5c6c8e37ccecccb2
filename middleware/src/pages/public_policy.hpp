#pragma once
// What of the policy a browser may know: the rules of its cookies, never keys, records or proxies.
#include <string>

#include "abide/config.hpp"

namespace abide::detail {

/// The public part of a policy as a policy file of its own: the core makes the same decisions from it. Its cookies
/// stand in order of precedence, each with `shared`, so that a page may take the first that fits (wasm/rules.mjs).
std::string public_policy_json(const config&);

}  // namespace abide::detail
