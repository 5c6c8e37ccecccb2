#pragma once
// The part of the policy that browsers may see: the rules for its cookies, never keys, records or proxies.
#include <string>

#include "abide/config.hpp"

namespace abide::detail {

/// The public part of a policy as a policy file of its own: the core makes the same decisions from it. Its cookies
/// are in order of precedence, each with `shared`: a page takes the first that matches (wasm/verdict/rules.mjs).
std::string public_policy_json(const config&);

}  // namespace abide::detail
