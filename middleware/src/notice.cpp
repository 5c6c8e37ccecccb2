#include "notice.hpp"

#include <array>

#include "embedded.hpp"
#include "html.hpp"
#include "texts.hpp"

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

bool any_exempt(const decision& d) noexcept {
  for (const category c : categories)
    if (runs_exempt(d, c)) return true;
  return false;
}

/// Whether the signal yields to an informed choice (D3a) for anything: then no line may claim that it was honoured.
bool sets_signal_aside(const decision& d) noexcept {
  for (const category c : categories)
    if (d.of(c, false).rule == rule::d3a || d.of(c, true).rule == rule::d3a) return true;
  return false;
}

struct line {
  std::string_view title, text, action, undo;
  bool honored = false;
};

std::string status(const page_model& m, const line& l) {
  const std::string back = url_encoded(local_path(m.return_path));
  const std::array<value, 8> values{{{"lang", words_of(m).tag()},
                                     {"path", m.consent_path},
                                     {"return_query", back},
                                     {"undo", l.undo},
                                     {"title", l.title},
                                     {"text", l.text},
                                     {"action", l.action},
                                     {"honored", yes(l.honored)}}};
  return filled("status.html", m, values);
}

std::string set_aside_text(const page_model& m) {
  const auto& exception = m.chosen ? m.chosen->exception : std::nullopt;
  const std::string date = exception ? date_text(m, exception->time) : std::string{};
  const std::string purposes = exception ? purposes_text(m, exception->purposes) : std::string{};
  const std::array<value, 2> values{{{"date", date}, {"purposes", purposes}}};
  return say(words_of(m)["status.set_aside.text"], values);
}

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
                                      {"exempt", yes(any_exempt(d))}}};
  return filled("notice.html", m, values);
}

std::string render_status(const page_model& m) {
  const decision& d = *m.decision;
  if (m.settings->policy.mode == mode::observe) return {};
  const language& words = words_of(m);
  if (sets_signal_aside(d)) return status(m, {words["status.set_aside"], set_aside_text(m), {}, words["status.undo"]});
  const std::string_view signal = words[d.seen.gpc ? "status.gpc" : "status.dnt"];
  if (signal_decides(d)) return status(m, {words["status.honored"], signal, {}, {}, true});
  if (d.notice == notice::objection && any_exempt(d))
    return status(m, {{}, words["status.objection"], words["status.object"], {}});
  return {};
}

std::string render_undo(const page_model& m, std::string_view from) {
  if (m.settings->policy.mode == mode::observe || !sets_signal_aside(*m.decision)) return {};
  const std::array<value, 4> values{{{"lang", words_of(m).tag()},
                                     {"path", m.consent_path},
                                     {"from", from},
                                     {"return", local_path(m.return_path)}}};
  return filled("undo.html", m, values);
}

std::string render_link(const page_model& m) {
  if (!m.insert_settings_link) return {};
  const std::string back = url_encoded(local_path(m.return_path));
  const std::array<value, 5> values{{{"lang", words_of(m).tag()},
                                     {"path", m.consent_path},
                                     {"return_query", back},
                                     {"settings", settings_label(m)},
                                     {"opt_out", yes(m.decision->place->regime == regime::opt_out)}}};
  return filled("link.html", m, values);
}

}  // namespace abide
