#pragma once
// From a visitor's wish, or a signal, to the next record.
#include <cstdint>

#include "abide/decision.hpp"
#include "abide/record.hpp"
#include "post.hpp"

namespace abide {

/// The record after a form post. `before` is null when there was none. An opt-out, an objection and an undo leave the
/// time and the notice of an earlier choice as they were. While a signal is active what the visitor grants is no later
/// than the signal, so it does not outlive it (D4).
record after_wish(const form&, const record* before, std::uint32_t notice_version, bool signal_active,
                  std::int64_t now);

/// What is left of a change that could not be recorded: every refusal, and no new grant.
record only_refusals(const record* before, const record& after);

/// The record that remembers a signal: everything the visitor chose, and the opt-out (D3c).
record after_signal(const record* before, source, std::int64_t now);

}  // namespace abide
