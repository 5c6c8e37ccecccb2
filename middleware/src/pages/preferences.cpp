#include "pages/preferences.hpp"

#include <algorithm>
#include <array>

#include "base/embedded.hpp"
#include "pages/declaration.hpp"
#include "pages/notice.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide {
namespace {

std::string_view yes(bool b) noexcept { return b ? "1" : ""; }

void append_filled(std::string& out, std::string_view name, const page_model& m, std::span<const value> values) {
  if (const embedded_file* page = embedded(name)) fill(out, page->bytes, words_of(m), values);
}

/// A text of this page whose placeholders are the site and a date.
std::string text_with_date(const page_model& m, std::string_view key, std::int64_t time) {
  const std::string date = date_text(m, time);
  const std::array<value, 1> values{{{"date", date}}};
  return say(words_of(m)[key], values);
}

std::string text_with_site(const page_model& m, std::string_view key) {
  const std::array<value, 1> values{{{"site", site_name(m)}}};
  return say(words_of(m)[key], values);
}

// ---- one category

/// What the page knows of one category.
struct purpose {
  abide::category category;
  std::size_t cookies = 0, shared = 0, exempt = 0;  ///< how many the policy declares
  bool runs_exempt = false;                         ///< exempt cookies are in use without consent
  verdict own;                                      ///< for what the switch stands for
};

bool is_exempt_here(const page_model& m, const cookie_rule& rule) noexcept {
  return !rule.shared && is_exempt(m.settings->policy, *m.decision->place, rule.name, rule.category);
}

purpose purpose_of(const page_model& m, category c) noexcept {
  const policy& p = m.settings->policy;
  purpose found{c, 0, 0, 0, runs_exempt(*m.decision, c), {}};
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& rule = p.cookies[i];
    if (rule.category != c) continue;
    ++found.cookies;
    if (rule.shared) ++found.shared;
    if (is_exempt_here(m, rule)) ++found.exempt;
  }
  const bool all_shared = found.cookies > 0 && found.shared == found.cookies;
  found.own = m.decision->of(c, all_shared);
  return found;
}

bool is_on(const purpose& p) noexcept { return p.own.allowed || p.runs_exempt; }

/// A box that a choice cannot change now.
bool is_fixed(const purpose& p) noexcept {
  const rule r = p.own.rule;
  return r == rule::d0 || r == rule::d1 || r == rule::d3c;
}

/// The form field of the switch; empty for one that is fixed.
std::string_view field_of(const purpose& p) noexcept {
  if (is_fixed(p)) return {};
  if (p.own.rule == rule::d3a) return "exception";
  const bool by_default = p.own.rule == rule::d6 || p.own.rule == rule::d3b;
  return p.runs_exempt || (p.own.allowed && by_default) ? "keep" : "grant";
}

/// Of the choice or the opt-out, whichever came later.
std::int64_t latest(const page_model& m) {
  return m.chosen ? std::max(m.chosen->time, m.chosen->sticky_since.value_or(0)) : 0;
}

std::string reason_of(const page_model& m, const purpose& p) {
  const language& words = words_of(m);
  const std::int64_t time = m.chosen ? m.chosen->time : 0;
  if (p.runs_exempt && !p.own.allowed) return std::string(words["reason.exempt"]);
  switch (p.own.rule) {
    case rule::d0: return {};
    case rule::d1: return std::string(words["reason.age"]);
    case rule::d2: return text_with_date(m, "reason.refused", latest(m));
    case rule::d3a:
      return text_with_date(m, "reason.exception", m.chosen && m.chosen->exception ? m.chosen->exception->time : time);
    case rule::d3b: return std::string(words["reason.incentive"]);
    case rule::d3c: return std::string(words[m.decision->seen.gpc ? "reason.gpc" : "reason.dnt"]);
    case rule::d4:
      if (!m.chosen || !m.chosen->sticky_since) return std::string(words["reason.opted_out"]);
      return text_with_date(m, "reason.opted_out.date", *m.chosen->sticky_since);
    case rule::d5: return text_with_date(m, "reason.granted", time);
    case rule::d6e:
    case rule::d6: break;
  }
  return std::string(words[p.own.allowed ? "reason.default_on" : "reason.default_off"]);
}

/// Why the shared cookies of a category that is on stay off; empty when they do not.
std::string partly_off(const page_model& m, const purpose& p) {
  const verdict& shared = m.decision->of(p.category, true);
  if (!is_on(p) || p.shared == 0 || p.shared == p.cookies || shared.allowed) return {};
  const bool signal = shared.rule == rule::d3c;
  if (!signal && shared.rule != rule::d4) return {};
  const language& words = words_of(m);
  const std::array<value, 1> values{{{"mark", words["cookies.shared"]}}};
  if (!signal) return say(words["reason.shared.opted_out"], values);
  return say(words[m.decision->seen.gpc ? "reason.shared.gpc" : "reason.shared.dnt"], values);
}

// ---- its cookies

void append_cookie(std::string& out, const page_model& m, const declared_cookie& cookie) {
  const std::array<value, 8> values{{{"cookie", cookie.name},
                                     {"vendor", cookie.vendor},
                                     {"vendor_policy", cookie.vendor_policy},
                                     {"lifetime", cookie.lifetime},
                                     {"use", cookie.purpose},
                                     {"use_lang", cookie.purpose_language},
                                     {"shared", yes(cookie.shared)},
                                     {"exempt", yes(cookie.exempt)}}};
  append_filled(out, "cookie.html", m, values);
}

std::string cookies_html(const page_model& m, category c) {
  const reader who{m.settings, &words_of(m), m.decision->place, m.consent_cookie, {}};
  std::string out;
  for (const declared_cookie& cookie : declared_cookies(who, c)) append_cookie(out, m, cookie);
  return out;
}

void append_purpose(std::string& out, const page_model& m, category c, std::string_view level) {
  const language& words = words_of(m);
  const purpose p = purpose_of(m, c);
  const std::string name(name_of(c)), reason = reason_of(m, p), partly = partly_off(m, p), cookies = cookies_html(m, c);
  const std::string count = std::to_string(p.cookies + (c == category::required ? 1u : 0u));
  const bool unlisted = c == category::targeting && m.settings->policy.unknown == unknown_policy::targeting;
  const bool met_before = m.chosen && m.chosen->sticky_since;  // an exception is never offered on a first page view
  const bool may_except =
      p.own.rule == rule::d3c && met_before && m.settings->policy.exception == exception_policy::informed;
  const std::array<value, 19> values{{{"level", level},
                                      {"name", name},
                                      {"title", words[name + ".title"]},
                                      {"purpose", words[name + ".title"]},
                                      {"about", words[name + ".about"]},
                                      {"unlisted", unlisted ? words["targeting.unlisted"] : std::string_view{}},
                                      {"site", site_name(m)},
                                      {"field", field_of(p)},
                                      {"on", yes(is_on(p))},
                                      {"fixed", yes(is_fixed(p))},
                                      {"always", yes(p.own.rule == rule::d0)},
                                      {"reason", reason},
                                      {"partly", partly},
                                      {"keep", yes(is_fixed(p) && p.own.rule != rule::d0)},
                                      {"others", yes(p.runs_exempt && !p.own.allowed && p.cookies > p.exempt)},
                                      {"exception", yes(may_except)},
                                      {"cookies", cookies},
                                      {"count", count},
                                      {"lang", words.tag()}}};
  append_filled(out, "purpose.html", m, values);
}

}  // namespace

std::string render_preferences(const page_model& m) {
  const language& words = words_of(m);
  const decision& d = *m.decision;
  const bool opt_out = d.place->regime == regime::opt_out, opted_out = is_opted_out(d);
  const std::string head = render_page_styles(m), status = render_status(m), rules = rules_line(m);
  const std::string intro = text_with_site(m, "page.intro." + std::string(name_of(d.place->regime)));
  const bool has_chosen = m.chosen && m.chosen->time > 0;
  const std::string last = has_chosen ? text_with_date(m, "page.last", m.chosen->time) : std::string{};
  const std::string url = contact_url(m.settings->contact);
  std::string rows;
  for (const category c : categories) append_purpose(rows, m, c, opt_out ? "3" : "2");
  const std::string post = render_post(m, "settings");
  const std::array<value, 20> values{{{"lang", words.tag()},
                                      {"post", post},
                                      {"failed", yes(m.failed)},
                                      {"receipt", yes(m.has_receipt)},
                                      {"title", words[opt_out ? "page.choices" : "page.settings"]},
                                      {"site", site_name(m)},
                                      {"styles", head},
                                      {"return", local_path(m.return_path)},
                                      {"path", m.consent_path},
                                      {"intro", intro},
                                      {"saved", yes(m.saved)},
                                      {"status", status},
                                      {"may_opt_out", yes(opt_out && !opted_out)},
                                      {"opted_out", yes(opt_out && opted_out && !signal_decides(d))},
                                      {"opt_out", yes(opt_out)},
                                      {"rows", rows},
                                      {"contact", m.settings->contact},
                                      {"contact_url", url},
                                      {"rules", rules},
                                      {"last", last}}};
  std::string out;
  out.reserve(rows.size() + 6144);
  append_filled(out, "preferences.html", m, values);
  return out;
}

}  // namespace abide
