#pragma once
// Tells an application in another process of the decision.
#include <string>

#include "abide/decision.hpp"
#include "abide/headers.hpp"
#include "site/backend_name.hpp"

namespace abide::detail {

/// `required, analytics=?0, functional, targeting=?0, sharing=?0, gpc, chosen=?0, regime=opt_in, place=US-CA`, a
/// dictionary of RFC 8941: a key without a value is true.
std::string backend_field(const decision&, bool has_chosen);

/// Removes every field that would be taken for it.
void strip_backend_field(header_section& request);

}  // namespace abide::detail
