#pragma once
// Which cookies an exemption of the policy exempts, for pages that name them.
#include <string>
#include <vector>

#include "abide/policy.hpp"

namespace abide::detail {

/// The rules that the exemption exempts, by name: what is shared or of another category than its purpose needs is not
/// among them. If the policy has no rule of that name, the exemption's own name, provided that the cookie is exempt by
/// the catalog or by a wider rule. Empty: it exempts nothing.
std::vector<std::string> exempt_names(const policy&, const exemption&);

}  // namespace abide::detail
