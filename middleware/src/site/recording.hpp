#pragma once
// What one exchange tells the log and the account: each change of state, never each request.
#include <cstdint>
#include <optional>
#include <string>

#include "abide/records.hpp"
#include "site/site_state.hpp"

namespace abide {

/// Records a choice durably, and what it means for the account. Gives the visitor a subject. True where the site keeps
/// no records. Call it before the visitor is told anything. `language` is that of the text the visitor saw.
save_result record_choice(exchange&, const record& after, const std::string& language);

/// Records what holds although the choice itself could not be recorded, and a signal that is remembered: they wait for
/// the store.
void record_refusal(exchange&, const record& after, const std::string& language);
void record_signal(exchange&, const record& after);

/// Tells the account of this browser's opt-out, and this visit of the account's.
void join_account(exchange&);

/// Whether the visitor made so many informed exceptions today that no further one is taken.
bool is_wavering(const exchange&);

}  // namespace abide
