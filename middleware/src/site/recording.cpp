#include "site/recording.hpp"

#include <algorithm>

#include "pages/notice.hpp"
#include "pages/preferences.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"
#include "site/event_of.hpp"

namespace abide {
namespace {

constexpr std::size_t exceptions_a_day = 3;
constexpr std::int64_t milliseconds_a_day = 86'400'000;

bool refuses_ads(const record& r) { return r.choices[static_cast<unsigned>(category::targeting)] == choice::denied; }

bool grants_ads(const record& r) { return r.choices[static_cast<unsigned>(category::targeting)] == choice::granted; }

/// Since when this browser is opted out, as far as its record knows; nothing after a later grant.
std::optional<std::int64_t> opted_out_since(const record& r) {
  if (refuses_ads(r) && r.time > 0) return r.time;
  if (r.sticky_since && !(grants_ads(r) && r.time > *r.sticky_since)) return r.sticky_since;
  return {};
}

/// The words of D3a's own text: they are another text than the notice, with another hash.
std::string exception_text(const language& words) {
  std::string text;
  for (const std::string_view key : {"exception.summary", "exception.text", "exception.label"})
    text.append(words[key]).append(1, '\n');
  return text;
}

/// The notice and the preference page as a first visitor of the place sees them.
std::string notice_text(const exchange& v, const std::string& language) {
  const config& settings = v.site->settings;
  const decision first = decide(settings.policy, {}, *v.decision.place, nullptr, {}, v.now);
  page_model model;
  model.settings = &settings;
  model.decision = &first;
  model.language = language;
  model.consent_path = settings.consent_path;
  return render_notice(model) + render_preferences(model);
}

const record* before(const exchange& v) { return v.chosen ? &*v.chosen : nullptr; }

consent_event event_of(exchange& v, const record& after, const std::string& language) {
  consent_event e = event_of_choice(before(v), after, v.decision);
  if (v.site->settings.policy.lifetime_days != 0 && e.valid_until > 0 && grants_any(after))
    e.valid_until = after.time + v.site->settings.policy.lifetime_days * std::int64_t{86'400};
  e.language = language;
  const bool is_exception = e.kind == event_kind::exception;
  e.notice_text = is_exception ? exception_text(texts_of(v.site->settings).in(language)) : notice_text(v, language);
  return e;
}

void complete(exchange& v, consent_event& e) {
  if (v.subject.empty()) v.subject = new_subject();
  e.subject = v.subject;
  e.time_ms = v.site->options.clock ? v.now * 1000 : 0;
  e.place_from = v.site->where.source_name();
}

void tell_account(exchange& v, const record& after) {
  if (v.account.empty()) return;
  const auto since = opted_out_since(after);
  v.site->log->link_later(v.account, v.subject, since);
  if (since) v.site->log->set_opted_out_later(v.account, *since);
}

/// An opt-in of the account must be as durable as the opt-out was.
save_result opt_in(exchange& v, const record& after) {
  const bool opts_in = !v.account.empty() && grants_ads(after) && !v.decision.signal_active && v.who.opted_out;
  if (!opts_in) return {save_status::saved, {}, {}};
  return v.site->log->set_opted_out(v.account, {});
}

}  // namespace

save_result record_choice(exchange& v, const record& after, const std::string& language) {
  if (!v.site->log) return {save_status::saved, {}, {}};
  consent_event e = event_of(v, after, language);
  complete(v, e);
  tell_account(v, after);  // first: the log is one queue, so it is written no later than the choice
  save_result result = v.site->log->append(std::move(e));
  if (!result) return result;
  if (const save_result opted = opt_in(v, after); !opted) return opted;
  if (!v.account.empty() && !v.decision.signal_active && grants_ads(after)) v.who.opted_out = false;
  return result;
}

void record_refusal(exchange& v, const record& after, const std::string& language) {
  if (!v.site->log) return;
  consent_event e = event_of(v, after, language);
  complete(v, e);
  v.site->log->append_later(std::move(e));
}

void record_signal(exchange& v, const record& after) {
  if (!v.site->log) return;
  consent_event e = event_of_signal(after, v.decision, true);
  complete(v, e);
  tell_account(v, after);
  v.site->log->append_later(std::move(e));
}

void join_account(exchange& v) {
  if (!v.site->log || v.account.empty()) return;
  const account_state state = v.site->log->state_of(v.account);
  v.who.opted_out = v.who.opted_out || state.opted_out();
  if (v.decision.signal_active && !state.opted_out()) v.site->log->set_opted_out_later(v.account, v.now);
  if (!v.subject.empty() && v.chosen) v.site->log->link_later(v.account, v.subject, opted_out_since(*v.chosen));
}

bool is_wavering(const exchange& v) {
  if (!v.site->log || v.subject.empty()) return false;
  const auto records = v.site->log->history(v.subject);
  if (!records) return true;  // the strict side: the store does not answer
  const std::int64_t since = v.now * 1000 - milliseconds_a_day;
  const auto recent = std::count_if(records->begin(), records->end(), [&](const consent_record& each) {
    return each.event.kind == event_kind::exception && each.event.time_ms > since;
  });
  return static_cast<std::size_t>(recent) >= exceptions_a_day;
}

}  // namespace abide
