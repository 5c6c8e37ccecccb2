#include "site/replies.hpp"

#include <utility>

#include "pages/own_page.hpp"
#include "pages/preferences.hpp"
#include "pages/state.hpp"
#include "policy/texts.hpp"
#include "site/post.hpp"

namespace abide::detail {
namespace {

constexpr std::string_view page_policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";
constexpr std::string_view and_own_script = "; script-src 'self'; connect-src 'self'";

}  // namespace

std::string_view path_of(std::string_view target) noexcept {
  std::size_t end = 0;
  while (end < target.size() && target[end] != '?' && target[end] != '#') ++end;
  return target.substr(0, end);
}

std::string_view parameter(std::string_view target, std::string_view name) noexcept {
  const std::size_t mark = target.find('?');
  std::string_view query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

void add_set_cookies(own_reply& r, const text_list& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) r.fields.emplace_back("Set-Cookie", fields[i]);
}

own_reply reply(unsigned status, std::string type, std::string body) {
  own_reply r{status, {}, std::move(body)};
  r.fields.emplace_back("Content-Type", std::move(type));
  r.fields.emplace_back("X-Content-Type-Options", "nosniff");
  return r;
}

own_reply page_reply(unsigned status, std::string html, std::string_view cache_control, bool has_script) {
  own_reply r = reply(status, "text/html; charset=utf-8", std::move(html));
  r.fields.emplace_back("Cache-Control", cache_control);
  r.fields.emplace_back("Content-Security-Policy", std::string(page_policy).append(has_script ? and_own_script : ""));
  r.fields.emplace_back("Referrer-Policy", "same-origin");
  return r;
}

own_reply failure(unsigned status, std::string text) {
  own_reply r = reply(status, "text/plain; charset=utf-8", std::move(text) + "\n");
  r.fields.emplace_back("Cache-Control", "no-store");
  return r;
}

bool wants_page(const header_section& request) {
  return request.first("Accept").find("text/html") != std::string_view::npos;
}

own_reply failure_page(const exchange& v, std::string_view target, const header_section& request, unsigned status,
                       std::string plain, std::string_view title, std::string_view text) {
  if (!wants_page(request)) return failure(status, std::move(plain));
  return failure_page_in(v, page_language(v, target, request), return_path_of(target, request), status, title, text);
}

own_reply failure_page_in(const exchange& v, std::string_view language, std::string_view back, unsigned status,
                          std::string_view title, std::string_view text) {
  const std::string css = css_url_of(v);
  page_model model = make_page_model(v, language, css);
  model.return_path = back;
  const auto& words = words_of(model);
  const std::string_view more = text.empty() ? std::string_view{} : words[text];
  return page_reply(status, render_own_page(model, {words[title], more, {}, {}, {}}), "no-store", model.has_scripts);
}

std::string language_among(const exchange& v, std::string_view wanted, const header_section& request) {
  const auto& languages = v.site->settings.languages;
  for (const std::string& language : languages)
    if (language == wanted) return language;
  return std::string(pick_language(request.first("Accept-Language"), languages));
}

std::string return_path_of(std::string_view target, const header_section& request) {
  return with_query(read_return_path(parameter(target, "return")), request.first("Referer"));
}

std::string page_language(const exchange& v, std::string_view target, const header_section& request) {
  return language_among(v, parameter(target, "lang"), request);
}

std::string css_url_of(const exchange& v) {
  return std::string(consent_path_of(v)) + "/" + v.site->files.version_path() + "notice.css";
}

page_model make_page_model(const exchange& v, std::string_view language, std::string_view css_url) {
  page_model model;
  model.settings = &v.site->settings;
  model.decision = &v.decision;
  model.chosen = chosen_of(v);
  model.language = language;
  model.consent_path = consent_path_of(v);
  model.consent_cookie = names_of(v).choice;
  model.css_url = css_url;
  model.has_scripts = v.site->files.find("own.mjs") != nullptr;
  model.theme_url = v.site->settings.theme;
  model.now = v.now;
  return model;
}

own_reply state_reply(const exchange& v, const decision& d, const record* chosen, std::string_view language,
                      bool with_reasons) {
  page_model model = make_page_model(v, language, {});
  model.decision = &d;
  model.chosen = chosen;
  own_reply r = reply(200, "application/json", with_reasons ? state_json_with_reasons(model) : state_json(model));
  r.fields.emplace_back("Cache-Control", "no-store");
  return r;
}

own_reply preferences_reply(const exchange& v, const preferences_facts& facts, const decision& d,
                            const record* chosen) {
  const std::string css = css_url_of(v);
  page_model model = make_page_model(v, facts.language, css);
  model.decision = &d;
  model.chosen = chosen;
  model.return_path = facts.return_path;
  model.saved = facts.saved;
  model.failed = facts.failed;
  model.has_receipt = v.site->log && !v.subject.empty();
  return page_reply(facts.failed ? 503 : 200, render_preferences(model), "no-store", model.has_scripts);
}

}  // namespace abide::detail
