#pragma once
// What changes, and for whom, from one policy to the next.
#include <cstdint>

#include "abide/config.hpp"
#include "tools/page.hpp"

namespace abide::detail::cli {

/// No sections: nothing changes. `now`, in Unix seconds, is the day whose law counts.
page policy_diff(const config& before, const config& after, std::int64_t now);

}  // namespace abide::detail::cli
