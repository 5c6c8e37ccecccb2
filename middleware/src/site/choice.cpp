#include "site/choice.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "abide/service.hpp"
#include "base/ascii.hpp"
#include "pages/template.hpp"
#include "site/changes.hpp"
#include "site/consent_reading.hpp"
#include "site/expiring.hpp"
#include "site/replies.hpp"

namespace abide::detail {
namespace {

// The cookies to expire: those that the browser sent, and those that the policy names in full.
std::vector<std::string> known_names(const exchange& v) {
  std::vector<std::string> names = held_names(v);
  std::unordered_set<std::string_view> seen(held_names(v).begin(), held_names(v).end());
  const abide::policy& policy = v.site->settings.policy;
  for (std::size_t i = 0; i < policy.cookie_count; ++i) {
    const cookie_rule& rule = policy.cookies[i];
    if (rule.name.find('*') == std::string_view::npos && rule.host.empty() && seen.insert(rule.name).second)
      names.emplace_back(rule.name);
  }
  return names;
}

bool wants_json(const header_section& request) {
  return request.first("Accept").find("application/json") != std::string_view::npos;
}

std::string back_to(const exchange& v, const form& f) {
  if (f.from_banner || f.from_page) return f.return_path;
  const std::string language = f.language.empty() ? "" : "&lang=" + url_encoded(f.language);
  return std::string(consent_path_of(v)) + "?saved=1&return=" + url_encoded(f.return_path) + language;
}

decision after(const exchange& v, const record& next) {
  visitor who = v.who;
  who.known = true;
  return decide(v.site->settings.policy, v.decision.seen, *v.decision.place, &next, who, v.now);
}

void add_cookies(const exchange& v, own_reply& r, const record& next, const decision& d) {
  const bool is_signal = v.posted->asked.wish == wish::signal;
  const std::vector<std::string> own = is_signal ? signal_cookies(v, next) : choice_cookies(v, next);
  add_set_cookies(r, cookies_after(v, own, next, d, known_names(v)));
}

bool says_the_same(const record* before, const record& next) {
  const record was = before ? *before : record{};
  return was.time == next.time && was.choices == next.choices && was.sticky_since == next.sticky_since &&
         was.exception.has_value() == next.exception.has_value() && was.opt_in.has_value() == next.opt_in.has_value() &&
         same_services(was, next);
}

// A script reports its browser's signal on every page; only the first report changes anything.
bool knows_signal(const exchange& v) {
  return v.chosen && v.chosen->sticky_since && v.chosen->time <= *v.chosen->sticky_since;
}

void reply_saved(exchange& v, bool changed) {
  const posted_choice& p = *v.posted;
  const decision now = after(v, p.next);
  own_reply r;
  if (p.as_json) {
    r = state_reply(v, now, &p.next, p.language);
  } else {
    r = reply(303, "text/plain; charset=utf-8", "");
    r.fields.emplace_back("Location", back_to(v, p.asked));
    r.fields.emplace_back("Cache-Control", "no-store");
  }
  if (changed) add_cookies(v, r, p.next, now);
  v.reply = std::move(r);
}

// Nothing new is allowed without proof. A refusal takes effect at once, and is recorded when the store is back.
void reply_not_saved(exchange& v) {
  const posted_choice& p = *v.posted;
  const record strict = only_refusals(chosen_of(v), p.next);
  const decision d = after(v, strict);
  const bool changes = !says_the_same(chosen_of(v), strict);
  if (changes && !v.is_too_often) note_refusal(v, strict, p.language);
  own_reply r;
  if (p.as_json) {
    r = reply(503, "application/json", "{\"error\":\"not saved\"}");
    r.fields.emplace_back("Cache-Control", "no-store");
  } else {
    r = preferences_reply(v, {p.language, p.asked.return_path, false, true}, d, &strict);
  }
  if (v.is_too_often) r.status = 429;
  r.fields.emplace_back("Retry-After", v.is_too_often ? "60" : "30");
  if (changes) add_cookies(v, r, strict, d);
  v.reply = std::move(r);
}

/// The policy with the version of the notice that the visitor saw. A grant that answers an older version does not count
/// for this one, so the visitor is asked again; a refusal counts.
abide::policy policy_shown(const exchange& v) {
  abide::policy shown = v.site->settings.policy;
  if (saw_older_notice(v)) shown.notice_version = v.posted->asked.shown;
  return shown;
}

effect save_choice(exchange& v) {
  posted_choice& p = *v.posted;
  complete(p.asked, v.decision);
  const record* before = chosen_of(v);
  const bool changes = !changes_nothing(p.asked, before, v.decision);
  p.next = apply_wish(p.asked, before, policy_shown(v), v.decision, v.now);
  const bool is_signal = p.asked.wish == wish::signal;
  if (is_signal && knows_signal(v)) {
    v.reply = state_reply(v, v.decision, before, p.language);
    return {};
  }
  if (is_signal && !v.is_too_often) note_signal(v, p.next);
  if (is_signal || !changes || !v.site->log) {
    reply_saved(v, changes);
    return {};
  }
  if (v.is_too_often) {
    reply_not_saved(v);
    return {};
  }
  effect wanted;
  wanted.kind = effect_kind::save;
  wanted.change = change_of_choice(v, p.next, p.language);
  v.phase = phase::awaits_save;
  return wanted;
}

effect refuse(exchange& v, const header_section& request, unsigned status, std::string why) {
  v.reply = failure_page(v, {}, request, status, std::move(why), "page.failed", "page.failed.text");
  return {};
}

effect refuse_unread(exchange& v, const header_section& request) {
  std::string_view types = request.first("Content-Type");
  const std::string_view type = ascii_text::trimmed(ascii_text::take_until(types, ';'));
  for (const std::string_view read : {"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
    if (ascii_text::same(type, read)) return refuse(v, request, 400, "The form names no known choice.");
  return refuse(v, request, 415, "The form must be application/x-www-form-urlencoded or multipart/form-data.");
}

// Over plain http, a page that hides its origin cannot be told apart from another site's page. The visitor chooses
// again on the preference page, which does not hide it.
effect ask_again(exchange& v, const header_section& request, std::string_view body) {
  const auto asked = read_form(body);
  if (!asked || asked->wish == wish::signal || wants_json(request))
    return refuse(v, request, 403, "This form accepts requests from its own site only.");
  const preferences_facts facts{language_among(v, asked->language, request),
                                with_query(asked->return_path, request.first("Referer"))};
  v.reply = preferences_reply(v, facts, v.decision, chosen_of(v));
  v.reply->status = 403;
  return {};
}

}  // namespace

effect begin_choice(exchange& v, const header_section& request, std::string_view body) {
  if (body.size() > form_size_max) return refuse(v, request, 413, "The form is too large.");
  if (!v.is_own_form) return ask_again(v, request, body);
  auto asked = read_form(body);
  if (!asked) return refuse_unread(v, request);
  asked->return_path = with_query(asked->return_path, request.first("Referer"));
  // A withdrawal counts also if the policy no longer lists the service: browsers send it until it is recorded.
  if (asked->wish == wish::allow_service && find_service(v.site->settings.policy, asked->service).empty())
    return refuse(v, request, 400, "The form names no known service.");
  v.posted = std::make_unique<posted_choice>();
  v.posted->language = language_among(v, asked->language, request);
  v.posted->as_json = asked->wish == wish::signal || wants_json(request);
  v.posted->asked = std::move(*asked);
  category_set& excepted = v.posted->asked.excepted;
  if (excepted.empty()) return save_choice(v);
  // The visitor is told of the conflict on a separate page, after the signal was answered once: never on a first page
  // view, and not on every click (11 CCR 7025(c)(3)).
  const bool met_before = v.chosen && v.chosen->sticky_since && v.decision.signal_active;
  if (!met_before) excepted = {};
  if (!met_before || !v.site->log || v.subject.empty() || v.is_too_often) return save_choice(v);
  effect wanted;
  wanted.kind = effect_kind::history;
  wanted.subject = v.subject.view();
  wanted.count = 100;
  v.phase = phase::awaits_past;
  return wanted;
}

effect continue_choice(exchange& v, const std::optional<std::vector<consent_record>>& past) {
  if (changes_often(past, v.now)) v.posted->asked.excepted = {};
  return save_choice(v);
}

void finish_choice(exchange& v, const save_result& result) {
  if (!result) return reply_not_saved(v);
  v.cookie.serial = std::max(v.cookie.serial, result.time_ms);
  const bool grants = v.posted->next.choices[static_cast<unsigned>(category::targeting)] == choice::granted;
  if (!v.account.empty() && !v.decision.signal_active && grants) v.who.opted_out = false;
  reply_saved(v, true);
}

}  // namespace abide::detail
