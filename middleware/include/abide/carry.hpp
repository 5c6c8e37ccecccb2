#pragma once
// Carries out the effects of exchanges (abide/effect.hpp) on the site's log. For adapters; applications do not need it.
#include <cstdint>
#include <functional>

#include "abide/api.h"
#include "abide/effect.hpp"
#include "abide/site.hpp"

namespace abide {

/// Starts an effect and returns at once. `done` is called exactly once, from any thread or before this returns; it must
/// not block or throw. `cancelled`: see log::cancel_flag.
ABIDE_API void carry_out(log&, effect, std::function<void(effect_result)> done, log::cancel_flag cancelled = {});

/// Waits for the result, at most for the log's timeout; then returns the strict answer. For threads that may block.
[[nodiscard]] ABIDE_API effect_result carry_out(log&, effect);
[[nodiscard]] ABIDE_API effect_result carry_out(const visit&, effect);  ///< the same on the site's log

/// Passes to the log what nobody waits for (visit::take_notes, take_sighting and take_notice_view). Call it after
/// identify, answer and finish. Does not block.
ABIDE_API void hand_over(visit&);

/// Unix seconds from site_options::clock if set, else from the system clock.
[[nodiscard]] ABIDE_API std::int64_t current_time(const site&);

}  // namespace abide
