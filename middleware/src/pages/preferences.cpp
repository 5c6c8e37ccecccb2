#include "pages/preferences.hpp"

#include <algorithm>
#include <array>

#include "abide/describing.hpp"
#include "abide/service.hpp"
#include "base/embedded.hpp"
#include "pages/declaration.hpp"
#include "pages/notice.hpp"
#include "pages/own_page.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
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

std::string_view to_string(switch_field field) noexcept {
  constexpr std::array<std::string_view, 4> names{"", "grant", "keep", "exception"};
  return names[static_cast<std::size_t>(field)];
}

std::string reason_text(const page_model& m, const stated_reason& why) {
  return why.key.empty() ? std::string{} : text_with_date(m, why.key, why.time);
}

std::string partly_text(const page_model& m, std::string_view key) {
  if (key.empty()) return {};
  const std::array<value, 1> values{{{"mark", words_of(m)["cookies.shared"]}}};
  return say(words_of(m)[key], values);
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

struct cookie_list {
  std::string html, count;
};

cookie_list cookies_of(const page_model& m, category c) {
  const reader who{m.settings, &words_of(m), m.decision->place, m.consent_cookie, {}};
  const std::vector<declared_cookie> cookies = declared_cookies(who, c);
  cookie_list made{{}, std::to_string(cookies.size())};
  for (const declared_cookie& cookie : cookies) append_cookie(made.html, m, cookie);
  return made;
}

// ---- its services, each of which may be allowed separately

struct service_list {
  std::string html;
  std::size_t count = 0;
  bool has_allowed = false;  ///< a service is allowed separately
  bool has_offered = false;  ///< a service may be allowed separately
};

/// What a choice about one service does here. It depends on what its cookies are: a signal or an opt-out stops those
/// whose data is shared.
struct service_state {
  bool is_on = false;         ///< allowed separately, and in effect
  bool is_allowed = false;    ///< allowed separately, so it can be withdrawn
  bool would_matter = false;  ///< allowing it separately would put cookies in effect that are off
};

service_state state_of(const decision& d, const std::string& vendor, category c,
                       const std::vector<declared_cookie>& cookies) {
  service_state made;
  for (const bool shared : {false, true}) {
    const bool allowed = allows_service(d, {c, shared, 100, evidence::policy, vendor});
    const bool has_any = std::ranges::any_of(cookies, [&](const declared_cookie& each) {
      return each.shared == shared && service_id(each.vendor) == service_id(vendor);
    });
    made.is_allowed = made.is_allowed || allowed;
    made.is_on = made.is_on || (allowed && has_any);
    const category_set may = shared ? d.service_shared : d.service_own;
    if (has_any && !allowed && !d.of(c, shared).allowed && may.contains(c)) made.would_matter = true;
  }
  return made;
}

service_list services_of(const page_model& m, category c) {
  const reader who{m.settings, &words_of(m), m.decision->place, m.consent_cookie, {}};
  const std::vector<declared_cookie> cookies = declared_cookies(who, c);
  service_list made;
  for (const std::string& vendor : declared_services(who, c)) {
    const service_state is = state_of(*m.decision, vendor, c, cookies);
    const bool offered = is.would_matter && !is.is_allowed;
    const std::array<value, 6> values{{{"vendor", vendor},
                                       {"service", vendor},
                                       {"name", to_string(c)},
                                       {"on", yes(is.is_on)},
                                       {"allowed", yes(is.is_allowed)},
                                       {"offered", yes(offered)}}};
    append_filled(made.html, "service.html", m, values);
    made.has_allowed = made.has_allowed || is.is_allowed;
    made.has_offered = made.has_offered || offered;
    ++made.count;
  }
  return made;
}

void append_service_form(std::string& out, const page_model& m, category c, std::string_view kind) {
  const std::array<value, 5> values{{{"kind", kind},
                                     {"name", to_string(c)},
                                     {"path", m.consent_path},
                                     {"return", local_path(m.return_path)},
                                     {"lang", words_of(m).tag()}}};
  append_filled(out, "service_forms.html", m, values);
}

// Only the forms that a button needs.
void append_service_forms(std::string& out, const page_model& m) {
  for (const category c : categories) {
    const service_list services = services_of(m, c);
    if (services.has_offered) append_service_form(out, m, c, "allow");
    if (services.has_allowed) append_service_form(out, m, c, "withdraw");
  }
}

void append_purpose(std::string& out, const page_model& m, category c, std::string_view level) {
  const language& words = words_of(m);
  const category_description told = describe_category(m.settings->policy, *m.decision, m.chosen, c);
  const std::string name(to_string(c)), reason = reason_text(m, told.reason), partly = partly_text(m, told.partly);
  const cookie_list cookies = cookies_of(m, c);
  const bool unlisted = c == category::targeting && m.settings->policy.unknown == unknown_policy::targeting;
  const bool fixed = told.field == switch_field::none;
  const service_list services = services_of(m, c);
  const std::string number = std::to_string(services.count);
  const std::array<value, 1> counted{{{"count", number}}};
  const std::string services_count = say(words["services.count"], counted);
  const std::array<value, 22> values{{{"level", level},
                                      {"name", name},
                                      {"title", words[name + ".title"]},
                                      {"purpose", words[name + ".title"]},
                                      {"about", words[name + ".about"]},
                                      {"unlisted", unlisted ? words["targeting.unlisted"] : std::string_view{}},
                                      {"site", site_name(m)},
                                      {"field", to_string(told.field)},
                                      {"on", yes(told.on)},
                                      {"fixed", yes(fixed)},
                                      {"always", yes(told.always)},
                                      {"reason", reason},
                                      {"partly", partly},
                                      {"keep", yes(fixed && !told.always)},
                                      {"others", yes(told.offers_others)},
                                      {"exception", yes(told.offers_exception)},
                                      {"cookies", cookies.html},
                                      {"services", services.html},
                                      {"services_count", services_count},
                                      {"allows_service", yes(services.has_allowed)},
                                      {"count", cookies.count},
                                      {"lang", words.tag()}}};
  append_filled(out, "purpose.html", m, values);
}

std::string intro_key(const page_model& m) {
  const regime by = m.decision->place->regime;
  const bool exempts = by == regime::opt_in && !m.decision->declared_exempt.empty();
  return exempts ? "page.intro.exempt" : "page.intro." + std::string(to_string(by));
}

}  // namespace

std::string render_preferences(const page_model& m) {
  const language& words = words_of(m);
  const decision& d = *m.decision;
  const bool opt_out = d.place->regime == regime::opt_out, opted_out = is_opted_out(d);
  const std::string status = render_status(m), rules = rules_line(m), post = render_post(m, "settings");
  const std::string intro = text_with_site(m, intro_key(m));
  const bool has_chosen = m.chosen && m.chosen->time > 0;
  const std::string last = has_chosen ? text_with_date(m, "page.last", m.chosen->time) : std::string{};
  const std::string back_query = url_encoded(local_path(m.return_path));
  std::string rows, forms;
  for (const category c : categories) append_purpose(rows, m, c, opt_out ? "3" : "2");
  append_service_forms(forms, m);
  const std::string version = form_version(m), query = query_of(m);
  const std::array<value, 19> values{{{"lang", words.tag()},
                                      {"query", query},
                                      {"version", version},
                                      {"return", local_path(m.return_path)},
                                      {"return_query", back_query},
                                      {"path", m.consent_path},
                                      {"intro", intro},
                                      {"saved", yes(m.saved)},
                                      {"failed", yes(m.failed)},
                                      {"status", status},
                                      {"post", post},
                                      {"may_opt_out", yes(opt_out && !opted_out)},
                                      {"opted_out", yes(opt_out && opted_out && !signal_decides(d))},
                                      {"opt_out", yes(opt_out)},
                                      {"rows", rows},
                                      {"forms", forms},
                                      {"receipt", yes(m.has_receipt)},
                                      {"rules", rules},
                                      {"last", last}}};
  std::string main, about;
  main.reserve(rows.size() + 4096);
  append_filled(main, "preferences.html", m, values);
  append_filled(about, "preferences_about.html", m, values);
  return render_framed(m, {words[opt_out ? "page.choices" : "page.settings"], {}, main, about, true});
}

}  // namespace abide::detail
