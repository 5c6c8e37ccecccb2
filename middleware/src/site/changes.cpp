#include "site/changes.hpp"

#include <algorithm>
#include <utility>

#include "base/time.hpp"
#include "pages/notice.hpp"
#include "pages/preferences.hpp"
#include "policy/service_text.hpp"
#include "policy/texts.hpp"
#include "site/memory.hpp"

namespace abide::detail {
namespace {

bool is_new_exception(const record* before, const record& after) {
  if (!after.exception) return false;
  return !before || !before->exception || before->exception->time != after.exception->time;
}

bool is_new_opt_in(const record* before, const record& after) {
  if (!after.opt_in) return false;
  return !before || !before->opt_in || before->opt_in->time != after.opt_in->time;
}

conflict_state conflict_of(const opt_in& step) {
  return step.confirmed ? conflict_state::opt_in_confirmed : conflict_state::opt_in_asked;
}

/// Whether `one` allows a service that `other` does not, or allows it since another time.
bool has_more_services(const record& one, const record* other) noexcept {
  return std::any_of(one.services.begin(), one.services.end(), [&](const service_grant& mine) {
    return !other || std::none_of(other->services.begin(), other->services.end(), [&](const service_grant& each) {
      return each.service == mine.service && each.category == mine.category && each.time == mine.time;
    });
  });
}

/// The time of the choice of categories, or of a later choice of a service.
std::int64_t time_of(const record& r) noexcept {
  std::int64_t time = r.time;
  for (const service_grant& each : r.services) time = std::max(time, each.time);
  return time;
}

consent_event event_in(const record& after, const decision& made, const policy& rules) {
  consent_event e;
  const jurisdiction_table table = jurisdictions();
  e.source = after.source;
  e.choices = after.choices;
  if (after.exception) e.exception = after.exception->purposes;
  e.notice = after.notice;
  e.jurisdiction = made.place->code;
  e.table_version = table.version;
  e.table_checksum = table.checksum;
  e.seen = made.seen;
  for (const service_grant& each : after.services)
    e.services.push_back({each.category, service_text(rules, each.service)});
  return e;
}

constexpr std::size_t exceptions_a_day = 3;

bool refuses_ads(const record& r) { return r.choices[static_cast<unsigned>(category::targeting)] == choice::denied; }

bool grants_ads(const record& r) { return r.choices[static_cast<unsigned>(category::targeting)] == choice::granted; }

/// Since when this browser is opted out, as far as its record tells; nothing after a later grant.
std::optional<std::int64_t> opted_out_since(const record& r) {
  if (refuses_ads(r) && r.time > 0) return r.time;
  if (r.sticky_since && !(grants_ads(r) && r.time > *r.sticky_since)) return r.sticky_since;
  return {};
}

/// `before`: null if there was none.
consent_event event_of_choice(const record* before, const record& after, const decision& made, const policy& rules) {
  consent_event e = event_in(after, made, rules);
  e.kind = kind_of_choice(before, after);
  const unsigned days = allows_any(after) ? consent_days(rules, *made.place) : made.place->refusal_days;
  e.valid_until = time_of(after) + days * seconds_a_day;
  const bool against_signal = made.signal_active && allows_any(after);
  if (e.kind == event_kind::exception) e.conflict = conflict_state::exception_granted;
  else if (against_signal) e.conflict = conflict_state::notified;
  else if (is_new_opt_in(before, after)) e.conflict = conflict_of(*after.opt_in);
  return e;
}

source source_of_signal(const record& after, const signals& seen) noexcept {
  if (after.source == source::gpc_js) return after.source;
  return seen.gpc ? source::gpc_header : source::dnt;
}

consent_event event_of_signal(const record& after, const decision& made, const policy& rules) {
  consent_event e = event_in(after, made, rules);
  e.kind = event_kind::signal_on;
  e.source = source_of_signal(after, made.seen);
  if (made.signal_active && grants_any(after)) e.conflict = conflict_state::notified;
  return e;
}

/// The words of D3a's own text, which is not the notice and has its own hash.
std::string exception_text(const language& words) {
  std::string text;
  for (const std::string_view key : {"exception.summary", "exception.text", "exception.label"})
    text.append(words[key]).append(1, '\n');
  return text;
}

/// The notice and the preference page as a first visitor from the place sees them.
std::string notice_text(const exchange& v, const std::string& language) {
  const config& settings = v.site->settings;
  const decision first = decide(settings.policy, {}, *v.decision.place, nullptr, {}, v.now);
  const page_model model = model_of_first_visit(settings, first, language);
  return render_notice(model) + render_preferences(model);
}

/// Made and hashed once per place and language.
const shown_text& shown_to(const exchange& v, const std::string& language) {
  shown_texts& shown = memory_of(*v.site).shown;
  if (const shown_text* known = shown.find(v.decision.place, language)) return *known;
  return shown.keep(v.decision.place, language, notice_text(v, language));
}

/// The log sorts a visitor's events by time, so an event is later than what is known to be recorded before it: in the
/// same second, or by a server whose clock was ahead, however far. 0: the log's own time.
std::int64_t event_time_ms(const exchange& v, const record& after) {
  const std::int64_t known = std::max(v.cookie.serial, v.cookie.recorded);
  const std::int64_t latest = std::max(time_of(after), after.sticky_since.value_or(0));
  if (latest > v.now) return std::max(latest * 1000, known + 1);
  if (known >= v.now * 1000) return known + 1;
  return v.site->clock ? v.now * 1000 : 0;
}

void complete(exchange& v, consent_event& e, const record& after) {
  if (v.subject.empty()) v.subject.assign(new_subject());
  e.subject = v.subject.view();
  e.time_ms = event_time_ms(v, after);
  e.place_from = v.site->where.source_name();
}

consent_event event_of(exchange& v, const record& after, const std::string& language) {
  consent_event e = event_of_choice(chosen_of(v), after, v.decision, v.site->settings.policy);
  e.language = language;
  if (e.kind == event_kind::exception) {
    e.notice_text = exception_text(texts_of(v.site->settings).in(language));
  } else if (!saw_older_notice(v)) {  // the text of an older one is not known: the record has its version alone
    const shown_text& shown = shown_to(v, language);
    e.notice_text = shown.text;
    e.notice_hash = shown.hash;
  }
  complete(v, e, after);
  return e;
}

/// The account takes over the browser's opt-out. It is opted in again if the visitor, logged in, says so.
void tell_account(const exchange& v, const record& after, log_change& change) {
  if (v.account.empty()) return;
  change.account = v.account;
  change.subject = v.subject.view();
  change.carried_out = opted_out_since(after);
  if (change.carried_out) {
    change.step = log_change::account_step::opt_out;
    change.since = *change.carried_out;
  } else if (grants_ads(after) && !v.decision.signal_active && v.who.opted_out) {
    change.step = log_change::account_step::opt_in;
  }
}

}  // namespace

event_kind kind_of_choice(const record* before, const record& after) noexcept {
  if (is_new_exception(before, after)) return event_kind::exception;
  const bool grants = allows_any(after);
  if (has_more_services(after, before)) return event_kind::grant;
  if (before && before->choices == after.choices && has_more_services(*before, &after))
    return grants ? event_kind::change : event_kind::withdraw;
  if (before && !grants && allows_any(*before)) return event_kind::withdraw;
  if (!before || before->time == 0) return grants ? event_kind::grant : event_kind::deny;
  if (before->choices == after.choices) return grants ? event_kind::grant : event_kind::deny;
  return event_kind::change;
}

bool saw_older_notice(const exchange& v) noexcept {
  return v.posted && v.posted->asked.shown != 0 && v.posted->asked.shown < v.site->settings.policy.notice_version;
}

log_change change_of_choice(exchange& v, const record& after, const std::string& language) {
  log_change change;
  change.event = event_of(v, after, language);
  tell_account(v, after, change);
  return change;
}

// Nobody tells when it will be recorded, and the cookie must tell, so that the visitor's next event comes after it.
void note_refusal(exchange& v, const record& after, const std::string& language) {
  if (!v.site->log) return;
  log_change change = change_of_choice(v, after, language);
  if (change.event->time_ms == 0) change.event->time_ms = v.now * 1000 + 999;  // later than what this second brought
  v.cookie.serial = change.event->time_ms;
  v.notes.push_back(std::move(change));
}

void note_signal(exchange& v, const record& after) {
  if (!v.site->log) return;
  if (v.subject.empty()) {  // a visitor who only sends a signal gets no identifier and no record
    v.sighting = {v.decision.place->code, source_of_signal(after, v.decision.seen), v.now};
    return;
  }
  log_change change;
  change.event = event_of_signal(after, v.decision, v.site->settings.policy);
  complete(v, *change.event, after);
  tell_account(v, after, change);
  v.notes.push_back(std::move(change));
}

void join_account(exchange& v, const account_state& state) {
  log_change change;
  change.account = v.account;
  if (v.decision.signal_active && !state.opted_out()) {
    change.step = log_change::account_step::opt_out;
    change.since = v.now;
  }
  if (v.chosen && !v.cookie.is_ambiguous) {
    v.cookie.lacks_subject = v.subject.empty();
    change.subject = v.subject.view();
    if (!v.subject.empty()) change.carried_out = opted_out_since(*v.chosen);
  }
  if (change.step != log_change::account_step::none || !change.subject.empty()) v.notes.push_back(std::move(change));
}

void give_subject(exchange& v) {
  v.subject.assign(new_subject());
  log_change change;
  change.account = v.account;
  change.subject = v.subject.view();
  change.carried_out = opted_out_since(*v.chosen);
  v.notes.push_back(std::move(change));
}

bool changes_often(const std::optional<std::vector<consent_record>>& past, std::int64_t now) {
  if (!past) return true;
  const std::int64_t since = (now - seconds_a_day) * 1000;
  const auto recent = std::count_if(past->begin(), past->end(), [&](const consent_record& each) {
    return each.event.kind == event_kind::exception && each.event.time_ms > since;
  });
  return static_cast<std::size_t>(recent) >= exceptions_a_day;
}

}  // namespace abide::detail
