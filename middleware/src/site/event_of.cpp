#include "site/event_of.hpp"

#include <algorithm>

namespace abide {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;

bool is_new_exception(const record* before, const record& after) {
  if (!after.exception) return false;
  return !before || !before->exception || before->exception->time != after.exception->time;
}

consent_event event_in(const record& after, const decision& made) {
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
  return e;
}

}  // namespace

bool grants_any(const record& r) noexcept {
  return std::any_of(r.choices.begin() + 1, r.choices.end(), [](choice c) { return c == choice::granted; });
}

event_kind kind_of_choice(const record* before, const record& after) noexcept {
  if (is_new_exception(before, after)) return event_kind::exception;
  const bool grants = grants_any(after);
  if (!before || before->time == 0) return grants ? event_kind::grant : event_kind::deny;
  if (before->choices == after.choices) return grants ? event_kind::grant : event_kind::deny;
  return !grants && grants_any(*before) ? event_kind::withdraw : event_kind::change;
}

consent_event event_of_choice(const record* before, const record& after, const decision& made, const policy& rules) {
  consent_event e = event_in(after, made);
  e.kind = kind_of_choice(before, after);
  const unsigned days = grants_any(after) ? consent_days(rules, *made.place) : made.place->refusal_days;
  e.valid_until = after.time + days * seconds_a_day;
  const bool against_signal = made.signal_active && grants_any(after);
  if (e.kind == event_kind::exception) e.conflict = conflict_state::exception_granted;
  else if (against_signal) e.conflict = conflict_state::notified;
  return e;
}

consent_event event_of_signal(const record& after, const decision& made, bool on) {
  consent_event e = event_in(after, made);
  e.kind = on ? event_kind::signal_on : event_kind::signal_off;
  if (e.source != source::gpc_js) e.source = made.seen.gpc ? source::gpc_header : source::dnt;
  if (made.signal_active && grants_any(after)) e.conflict = conflict_state::notified;
  return e;
}

}  // namespace abide
