#pragma once
// What an exchange writes to the log: each change of a visitor's state, never each request.
#include <string>

#include "abide/decision.hpp"
#include "abide/event.hpp"
#include "abide/log.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// What a choice did. grant and deny: a first choice, or the same one again. withdraw: no grant is left. change:
/// anything else.
event_kind kind_of_choice(const record* before, const record& after) noexcept;

/// A choice, and what it means for the account. Gives the visitor a subject if there is none. `language`: of the text
/// that the visitor saw. The site must have a log.
log_change change_of_choice(exchange&, const record& after, const std::string& language);

/// Whether the form of the choice had an older version of the notice than the site's.
bool saw_older_notice(const exchange&) noexcept;

/// Notes a change that no reply waits for. No-op if the site has no log.
void note_refusal(exchange&, const record& after, const std::string& language);
void note_signal(exchange&, const record& after);
/// Continues when the account was looked up: tells it of this browser's opt-out and of the signal, and links this
/// visitor to it.
void join_account(exchange&, const account_state&);
/// The same for a visitor without pseudonym, when the response stores one. Before that, each request would make its
/// own.
void give_subject(exchange&);

/// Whether a visitor made so many informed exceptions in the last day that no more are accepted. `past`: nothing if the
/// log did not answer; then true.
bool changes_often(const std::optional<std::vector<consent_record>>& past, std::int64_t now);

}  // namespace abide::detail
