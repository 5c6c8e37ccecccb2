#pragma once
// From the visitor's record before and after a change to the event that the log keeps.
#include "abide/decision.hpp"
#include "abide/event.hpp"

namespace abide {

bool grants_any(const record&) noexcept;

/// What a choice did: grant and deny are first choices, or the same again; withdraw leaves no grant; change is the
/// rest.
event_kind kind_of_choice(const record* before, const record& after) noexcept;

/// The event of a choice, complete but for the subject, the notice's hash and language and how the place was found.
/// `before` is null when there was none.
consent_event event_of_choice(const record* before, const record& after, const decision&, const policy&);

/// The same for a signal that was remembered (`on`), or that a later visit no longer sends.
consent_event event_of_signal(const record& after, const decision&, bool on);

}  // namespace abide
