#pragma once
// What changes from one policy to the next, and for whom.
#include <cstdint>

#include "abide/config.hpp"
#include "tools/page.hpp"

namespace abide::detail::cli {

/// No sections: no change. `now`: Unix seconds; the law of that day counts.
page policy_diff(const config& before, const config& after, std::int64_t now);

}  // namespace abide::detail::cli
