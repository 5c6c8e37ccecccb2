#pragma once
// What an exchange has the log keep: each change of a visitor's state, never each request.
#include <string>

#include "abide/decision.hpp"
#include "abide/event.hpp"
#include "abide/log.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// What a choice did: grant and deny are first choices, or the same again; withdraw leaves no grant; change is the
/// rest.
event_kind kind_of_choice(const record* before, const record& after) noexcept;

/// The event of a choice, complete but for the subject, the notice's hash and language and how the place was found.
/// `before` is null when there was none.
consent_event event_of_choice(const record* before, const record& after, const decision&, const policy&);

/// The same for a signal that was remembered (`on`), or that a later visit no longer sends.
consent_event event_of_signal(const record& after, const decision&, const policy&, bool on);

/// A choice, and what it means for the account. Gives the visitor a subject. `language` is that of the text that the
/// visitor saw. The site must keep a log.
log_change change_of_choice(exchange&, const record& after, const std::string& language);

/// Notes what nobody waits for. Nothing where the site keeps no log.
void note_refusal(exchange&, const record& after, const std::string& language);
void note_signal(exchange&, const record& after);
/// The account was looked up: it is told of this browser's opt-out and of the signal, and this visit becomes its own.
void join_account(exchange&, const account_state&);

/// Whether a visitor made so many informed exceptions in the last day that no further one is taken. `past`: nothing
/// when the log did not answer; then the strict answer.
bool changes_often(const std::optional<std::vector<consent_record>>& past, std::int64_t now);

}  // namespace abide::detail
