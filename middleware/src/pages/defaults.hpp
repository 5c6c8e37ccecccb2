#pragma once
// What the declared cookies are used for before a choice, for pages that say so.
#include <cstdint>

#include "abide/decision.hpp"
#include "abide/policy.hpp"

namespace abide::detail {

/// The categories of optional cookies that are used before a choice, and that wait for it. A category may be in both,
/// because cookies whose data is shared may wait alone. Exempt cookies wait as if they were not exempt.
struct defaults {
  category_set on, off;
  category_set both() const noexcept { return category_set(on.bits() & off.bits()); }
};

/// For a visitor of the place who sends no signal, at `now` in Unix seconds.
defaults defaults_at(const policy&, const jurisdiction& place, std::int64_t now) noexcept;

}  // namespace abide::detail
