#pragma once
// What an application in another process is told of the decision.
#include <string>

#include "abide/decision.hpp"
#include "abide/headers.hpp"
#include "site/backend_name.hpp"

namespace abide::detail {

/// `required, analytics=?0, functional, targeting=?0, sharing=?0, gpc, chosen=?0, regime=opt_in, place=US-CA`, a
/// dictionary of RFC 8941: a key alone is true.
std::string backend_field(const decision&, bool has_chosen);

/// Takes out every field that would be taken for it.
void strip_backend_field(header_section& request);

}  // namespace abide::detail
