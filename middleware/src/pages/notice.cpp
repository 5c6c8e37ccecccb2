#include "pages/notice.hpp"

#include <algorithm>
#include <array>

#include "base/embedded.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide {
namespace {

std::string_view yes(bool b) noexcept { return b ? "1" : ""; }

std::string filled(std::string_view name, const page_model& m, std::span<const value> values) {
  std::string out;
  const embedded_file* page = embedded(name);
  if (!page) return out;
  out.reserve(page->bytes.size() + 1024);
  fill(out, page->bytes, words_of(m), values);
  return out;
}

/// Whether the site declares a cookie of this category that needs consent here.
bool declares(const page_model& m, category c) noexcept {
  const policy& p = m.settings->policy;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& rule = p.cookies[i];
    if (rule.category == c && (rule.shared || !is_exempt(p, *m.decision->place, rule.name, c))) return true;
  }
  return false;
}

/// What the visitor is asked for: what a choice could still change and the site declares; if it declares none, all of
/// it.
category_set asked_for(const page_model& m) noexcept {
  category_set open, declared;
  for (const category c : categories) {
    const rule r = m.decision->of(c, false).rule;
    if (c == category::required || !(r == rule::d2 || r == rule::d5 || r == rule::d6)) continue;
    if (declares(m, c)) declared.insert(c);
    if (!runs_exempt(*m.decision, c)) open.insert(c);
  }
  return declared.empty() ? open : declared;
}

bool is_in_force(const decision& d, rule r) noexcept {
  for (const category c : categories)
    if (d.of(c, false).rule == r || d.of(c, true).rule == r) return true;
  return false;
}

std::string set_aside_text(const page_model& m) {
  const auto& exception = m.chosen ? m.chosen->exception : std::nullopt;
  const std::string date = exception ? date_text(m, exception->time) : std::string{};
  const std::string purposes = exception ? purposes_text(m, exception->purposes) : std::string{};
  const std::array<value, 2> values{{{"date", date}, {"purposes", purposes}}};
  return say(words_of(m)["status.set_aside.text"], values);
}

bool is_opt_out(const page_model& m) noexcept { return m.decision->place->regime == regime::opt_out; }

}  // namespace

std::string render_notice(const page_model& m) {
  const decision& d = *m.decision;
  if (d.notice != notice::banner) return {};
  const std::string_view back = local_path(m.return_path);
  const std::string back_query = url_encoded(back), purposes = purposes_text(m, asked_for(m));
  const bool signal = signal_decides(d);
  const std::array<value, 10> values{{{"lang", words_of(m).tag()},
                                      {"path", m.consent_path},
                                      {"return", back},
                                      {"return_query", back_query},
                                      {"site", site_name(m)},
                                      {"purposes", purposes},
                                      {"settings", settings_label(m)},
                                      {"gpc", yes(signal && d.seen.gpc)},
                                      {"dnt", yes(signal && !d.seen.gpc)},
                                      {"exempt", yes(uses_exempt(d))}}};
  return filled("notice.html", m, values);
}

bool sets_signal_aside(const decision& d) noexcept { return is_in_force(d, rule::d3a); }

bool has_grant(const decision& d) noexcept { return is_in_force(d, rule::d5) || sets_signal_aside(d); }

bool has_chosen(const decision& d) noexcept {
  return d.notice != notice::banner && (has_grant(d) || is_in_force(d, rule::d2));
}

// The page on which it was made says so too, by itself.
bool chose_just_now(const page_model& m) noexcept {
  constexpr std::int64_t moment = 60;
  if (m.saved || m.failed || !m.chosen || !has_chosen(*m.decision)) return false;
  return m.now - std::max(m.chosen->time, m.chosen->sticky_since.value_or(0)) < moment;
}

bool uses_exempt(const decision& d) noexcept {
  for (const category c : categories)
    if (runs_exempt(d, c)) return true;
  return false;
}

bool tells_of_exempt(const decision& d) noexcept {
  return d.notice == notice::objection && !signal_decides(d) && uses_exempt(d);
}

std::optional<status_text> status_of(const page_model& m) {
  const decision& d = *m.decision;
  if (m.settings->policy.mode == mode::observe) return {};
  const language& words = words_of(m);
  const auto said = [&](std::string_view title, std::string_view text) {
    return status_text{std::string(title), std::string(text)};
  };
  if (sets_signal_aside(d)) return said(words["status.set_aside"], set_aside_text(m));
  if (signal_decides(d)) return said(words["status.honored"], words[d.seen.gpc ? "status.gpc" : "status.dnt"]);
  if (tells_of_exempt(d)) return said({}, words["status.objection"]);
  if (chose_just_now(m)) return said(words["page.saved"], words["page.saved.text"]);
  return {};
}

std::string render_status(const page_model& m) {
  if (m.settings->policy.mode == mode::observe) return {};
  const auto told = status_of(m);
  const decision& d = *m.decision;
  const std::array<value, 6> values{{{"lang", words_of(m).tag()},
                                     {"told", yes(told.has_value())},
                                     {"title", told ? std::string_view(told->title) : std::string_view{}},
                                     {"text", told ? std::string_view(told->text) : std::string_view{}},
                                     {"exempt", yes(tells_of_exempt(d))},
                                     {"exception", yes(sets_signal_aside(d))}}};
  return filled("status.html", m, values);
}

std::string render_withdraw(const page_model& m) {
  if (is_opt_out(m)) return {};
  const std::array<value, 2> values{{{"lang", words_of(m).tag()}, {"granted", yes(has_grant(*m.decision))}}};
  return filled("withdraw.html", m, values);
}

std::string render_post(const page_model& m, std::string_view from) {
  const std::array<value, 4> values{
      {{"lang", words_of(m).tag()}, {"path", m.consent_path}, {"from", from}, {"return", local_path(m.return_path)}}};
  return filled("post.html", m, values);
}

std::string render_link(const page_model& m) {
  const std::string withdraw = m.insert_withdraw ? render_withdraw(m) : std::string{};
  if (!m.insert_settings_link) return withdraw;
  const std::string back = url_encoded(local_path(m.return_path));
  const std::array<value, 6> values{{{"lang", words_of(m).tag()},
                                     {"path", m.consent_path},
                                     {"return_query", back},
                                     {"settings", settings_label(m)},
                                     {"withdraw", withdraw},
                                     {"opt_out", yes(is_opt_out(m))}}};
  return filled("link.html", m, values);
}

}  // namespace abide
