#include "pages/notice.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/embedded.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"
#include "words/words.hpp"

namespace abide::detail {
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

std::string set_aside_text(const page_model& m) {
  const auto& exception = m.chosen ? m.chosen->exception : std::nullopt;
  const std::string date = exception ? date_text(m, exception->time) : std::string{};
  const std::string purposes = exception ? purposes_text(m, exception->purposes) : std::string{};
  const std::array<value, 2> values{{{"date", date}, {"purposes", purposes}}};
  return say(words_of(m)["status.set_aside.text"], values);
}

/// The number of vendors of optional cookies, not counting the site itself; empty: none.
std::string vendor_count(const page_model& m) {
  const policy& p = m.settings->policy;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (p.cookies[i].category != category::required) names.insert(p.cookies[i].vendor);
  names.erase(m.settings->site_name);
  names.erase("");
  return names.empty() ? std::string{} : std::to_string(names.size());
}

/// The address of the site's privacy policy, as the page must write it.
std::string privacy_url(const page_model& m) {
  const std::string& url = m.settings->policy_url;
  return url.starts_with('/') ? std::string(m.origin).append(url) : url;
}

/// What the notice says of cookies that are used without consent; empty: there are none.
std::string_view exempt_text(const page_model& m) noexcept {
  if (!uses_exempt(*m.decision)) return {};
  return words_of(m)[only_counts_visits(*m.decision) ? "notice.exempt" : "notice.exempt_any"];
}

bool is_opt_out(const page_model& m) noexcept { return m.decision->place->regime == regime::opt_out; }

}  // namespace

std::string render_notice(const page_model& m) {
  const decision& d = *m.decision;
  if (d.notice != notice::banner) return {};
  const std::string_view back = local_path(m.return_path);
  const std::string back_query = url_encoded(back),
                    purposes = purposes_text(m, categories_to_ask(m.settings->policy, d));
  const bool signal = signal_decides(d);
  const std::string count = vendor_count(m);
  const bool is_over = m.settings->layout != notice_layout::top;
  const std::string_view over = is_over ? words::notice_layout[static_cast<std::size_t>(m.settings->layout)] : "";
  const std::string version = form_version(m), privacy = privacy_url(m);
  const std::array<value, 14> values{{{"over", over},
                                      {"version", version},
                                      {"count", count},
                                      {"privacy", privacy},
                                      {"lang", words_of(m).tag()},
                                      {"path", m.consent_path},
                                      {"return", back},
                                      {"return_query", back_query},
                                      {"site", site_name(m)},
                                      {"purposes", purposes},
                                      {"settings", settings_label(m)},
                                      {"gpc", yes(signal && d.seen.gpc)},
                                      {"dnt", yes(signal && !d.seen.gpc)},
                                      {"exempt", exempt_text(m)}}};
  return filled("notice.html", m, values);
}

namespace {

/// Whether a choice on this page can lead to a second step, and whether it can lead to text about exempt cookies.
bool may_confirm(const page_model& m) noexcept { return m.decision->place->regime == regime::opt_out; }
bool may_object(const page_model& m) noexcept { return m.settings->policy.exemption_count > 0; }

}  // namespace

// The page on which the choice was made confirms it without this.
bool comes_from_choice(const page_model& m) noexcept {
  if (m.is_copy || m.saved || m.failed || !m.chosen || !has_chosen(*m.decision)) return false;
  constexpr std::int64_t seconds = 10;
  return m.now - std::max(m.chosen->time, m.chosen->sticky_since.value_or(0)) < seconds;
}

std::optional<status_text> find_status_text(const page_model& m) {
  const policy& p = m.settings->policy;
  if (p.mode == mode::observe) return {};
  const decision& d = *m.decision;
  const language& words = words_of(m);
  if (const text_keys told = describe_status(p, d); !told.text.empty()) {
    const std::string_view title = told.title.empty() ? std::string_view{} : words[told.title];
    return status_text{std::string(title), overrides_signal(d) ? set_aside_text(m) : std::string(words[told.text])};
  }
  return {};
}

std::string render_copied_status(const page_model& m) {
  struct line {
    std::string_view when, title, text;
  };
  const line lines[]{{"gpc", "status.honored", "status.gpc"},
                     {"dnt", "status.honored", "status.dnt"},
                     {"exception", "status.set_aside", {}},
                     {"exempt", {}, only_counts_visits(*m.decision) ? "status.objection" : "status.exempt"}};
  std::string title, text;
  const auto add = [&](std::string& to, std::string_view when, std::string_view key) {
    if (key.empty()) return;
    to.append("<span data-abide-for=\"").append(when).append("\">").append(escaped(words_of(m)[key])).append("</span>");
  };
  for (const line& each : lines) {
    add(title, each.when, each.title);
    add(text, each.when, each.text);
  }
  const std::array<value, 9> values{{{"lang", words_of(m).tag()},
                                     {"told", ""},
                                     {"confirms", yes(may_confirm(m))},
                                     {"objects", yes(may_object(m))},
                                     {"unconfirmed", ""},
                                     {"title", title},
                                     {"text", text},
                                     {"exempt", ""},
                                     {"exception", ""}}};
  return filled("status.html", m, values);
}

std::string render_status(const page_model& m) {
  if (m.settings->policy.mode == mode::observe) return {};
  if (m.is_copy) return render_copied_status(m);
  const auto told = find_status_text(m);
  const decision& d = *m.decision;
  const std::string title = told ? escaped(told->title) : "", text = told ? escaped(told->text) : "";
  const std::array<value, 9> values{{{"lang", words_of(m).tag()},
                                     {"confirms", yes(may_confirm(m))},
                                     {"objects", yes(may_object(m))},
                                     {"unconfirmed", yes(!d.unconfirmed.empty())},
                                     {"told", yes(told.has_value())},
                                     {"title", title},
                                     {"text", text},
                                     {"exempt", yes(mentions_exempt(d))},
                                     {"exception", yes(overrides_signal(d))}}};
  return filled("status.html", m, values);
}

std::string render_withdraw(const page_model& m) {
  if (is_opt_out(m)) return {};
  const std::array<value, 2> values{{{"lang", words_of(m).tag()}, {"granted", yes(has_grant(*m.decision))}}};
  return filled("withdraw.html", m, values);
}

std::string render_post(const page_model& m, std::string_view from) {
  const std::string_view back = local_path(m.return_path);
  const std::string back_query = url_encoded(back);
  const bool is_page = from == "page";
  const bool has_chosen_here = is_page && comes_from_choice(m);
  const auto told = find_status_text(m);
  const std::string said = told && !told->title.empty() ? told->text : std::string(words_of(m)["page.saved.text"]);
  const std::array<value, 7> values{{{"page", yes(is_page)},
                                     {"lang", words_of(m).tag()},
                                     {"path", m.consent_path},
                                     {"from", from},
                                     {"return", back},
                                     {"return_query", back_query},
                                     {"said", has_chosen_here ? said : std::string_view{}}}};
  return filled("post.html", m, values);
}

std::string render_link(const page_model& m) {
  std::string withdraw = m.insert_withdraw ? render_withdraw(m) : std::string{};
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

}  // namespace abide::detail
