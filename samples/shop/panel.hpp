#pragma once
// The live panel at the foot of each page: what this response wanted to set, what was let through, and why.
#include <abide/site.hpp>

#include "http.hpp"

namespace firwick {

/// Puts the panel where the page left its mark, and says whether there was one. Call it after abide::finish: only then
/// is the report complete.
bool show_panel(response&, const abide::visit&, const abide::site&);

}  // namespace firwick
