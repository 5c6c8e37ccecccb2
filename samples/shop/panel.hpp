#pragma once
// The live panel at the foot of each page: what this response wanted to set, what was allowed, and why.
#include <abide/site.hpp>

#include "http.hpp"

namespace firwick {

/// Inserts the panel at the page's mark. Returns whether there was a mark. Call it after abide::finish: the report is
/// complete only then.
bool show_panel(response&, const abide::visit&, const abide::site&);

}  // namespace firwick
