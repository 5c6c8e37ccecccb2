// Abide's own resources: /.well-known/gpc.json and what lies below the consent path.
#include <algorithm>
#include <utility>

#include "abide/choosing.hpp"
#include "pages/gpc_json.hpp"
#include "pages/policy_page.hpp"
#include "pages/preferences.hpp"
#include "pages/state.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"
#include "records/receipt.hpp"
#include "site/post.hpp"
#include "site/recording.hpp"
#include "site/site_state.hpp"

namespace abide {
namespace {

constexpr std::string_view gpc_target = "/.well-known/gpc.json";
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view page_policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

std::string_view path_of(std::string_view target) { return target.substr(0, target.find_first_of("?#")); }

// The value of a query parameter, as written.
std::string_view parameter(std::string_view target, std::string_view name) {
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

own_reply reply(unsigned status, std::string type, std::string body) {
  own_reply r{status, {}, std::move(body)};
  r.fields.emplace_back("Content-Type", std::move(type));
  r.fields.emplace_back("X-Content-Type-Options", "nosniff");
  return r;
}

own_reply failure(unsigned status, std::string text) {
  own_reply r = reply(status, "text/plain; charset=utf-8", std::move(text) + "\n");
  r.fields.emplace_back("Cache-Control", "no-store");
  return r;
}

own_reply not_allowed(std::string allowed) {
  own_reply r = failure(405, "This resource answers " + allowed + " only.");
  r.fields.emplace_back("Allow", std::move(allowed));
  return r;
}

const record* chosen_of(const exchange& v) { return v.chosen ? &*v.chosen : nullptr; }

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD"; }

// The same bytes for everyone: no Vary, no cookie (GPC-15, GPC-23).
own_reply gpc_json(const exchange& v, std::string_view method) {
  if (!is_read(method)) return not_allowed("GET, HEAD");
  own_reply r = reply(200, "application/json", write_gpc_json(true, v.site->settings.gpc_updated));
  r.fields.emplace_back("Cache-Control", "public, max-age=86400");
  return r;
}

own_reply file(const exchange& v, std::string_view method, std::string_view target) {
  if (!is_read(method)) return not_allowed("GET, HEAD");
  const std::string_view path = path_of(target);
  const browser_file* found = v.site->files.find(path.substr(path.rfind('/') + 1));
  if (!found) return failure(404, "There is no such file.");
  own_reply r = reply(200, std::string(found->type), found->bytes);
  r.fields.emplace_back("Cache-Control", for_ever);
  return r;
}

std::string decoded_path(std::string_view value) {
  const auto f = read_form("choice=save&return=" + std::string(value));
  return f ? f->return_path : "/";
}

std::string page_language(const exchange& v, std::string_view target, const header_section& request) {
  const auto& languages = v.site->settings.languages;
  const std::string_view wanted = parameter(target, "lang");
  for (const std::string& language : languages)
    if (language == wanted) return language;
  return std::string(pick_language(request.first("Accept-Language"), languages));
}

std::string css_url(const exchange& v) {
  return v.site->settings.consent_path + "/" + v.site->files.version_path() + "notice.css";
}

page_model page_model_of(const exchange& v, std::string_view language, std::string_view css) {
  page_model model;
  model.settings = &v.site->settings;
  model.decision = &v.decision;
  model.chosen = chosen_of(v);
  model.language = language;
  model.consent_path = v.site->settings.consent_path;
  model.consent_cookie = v.site->cookie_name(v.secure);
  model.css_url = css;
  model.theme_url = v.site->settings.theme;
  model.now = v.now;
  return model;
}

std::string state_of(const exchange& v, const decision& d, const record* chosen, std::string_view language) {
  page_model model = page_model_of(v, language, {});
  model.decision = &d;
  model.chosen = chosen;
  return state_json(model);
}

own_reply state(const exchange& v, std::string_view method, std::string_view language, bool with_reasons = false) {
  if (!is_read(method)) return not_allowed("GET, HEAD");
  const page_model model = page_model_of(v, language, {});
  own_reply r = reply(200, "application/json", with_reasons ? state_json_with_reasons(model) : state_json(model));
  r.fields.emplace_back("Cache-Control", "no-store");
  return r;
}

/// What the page was asked with, and what is to be told on it.
struct page_facts {
  std::string language, return_path;
  bool saved = false, failed = false;
};

own_reply page(const exchange& v, const page_facts& facts, const decision& d, const record* chosen) {
  const std::string css = css_url(v);
  page_model model = page_model_of(v, facts.language, css);
  model.decision = &d;
  model.chosen = chosen;
  model.return_path = facts.return_path;
  model.saved = facts.saved;
  model.failed = facts.failed;
  model.has_receipt = v.site->log && !v.subject.empty();
  own_reply r = reply(facts.failed ? 503 : 200, "text/html; charset=utf-8", render_preferences(model));
  r.fields.emplace_back("Cache-Control", "no-store");
  r.fields.emplace_back("Content-Security-Policy", page_policy);
  r.fields.emplace_back("Referrer-Policy", "same-origin");
  return r;
}

// The address alone proves nothing: it may be an old one, or somebody else's link.
bool was_just_saved(const exchange& v, std::string_view target) {
  constexpr std::int64_t moment = 600;
  if (parameter(target, "saved") != "1" || !v.chosen) return false;
  return v.now - std::max(v.chosen->time, v.chosen->sticky_since.value_or(0)) < moment;
}

own_reply preferences(exchange& v, std::string_view target, const header_section& request) {
  const page_facts facts{page_language(v, target, request), decoded_path(parameter(target, "return")),
                         was_just_saved(v, target)};
  own_reply r = page(v, facts, v.decision, chosen_of(v));
  if (v.decision.remember && !v.is_prefetch && v.site->settings.policy.mode == mode::enforce) {
    const source from = v.decision.seen.gpc ? source::gpc_header : source::dnt;
    const record next = after_signal(chosen_of(v), from, v.now);
    record_signal(v, next);
    for (std::string& field : cookies_after(v, next, v.decision, v.held_names))
      r.fields.emplace_back("Set-Cookie", std::move(field));
  } else if (v.is_get) {
    for (std::string& field : expiries_of_refused(v, path_of(target)))
      r.fields.emplace_back("Set-Cookie", std::move(field));
  }
  return r;
}

// What the site says of its cookies and of signals: by place and language, so never for a shared cache.
own_reply policy_page(const exchange& v, std::string_view method, std::string_view target,
                      const header_section& request) {
  if (!is_read(method)) return not_allowed("GET, HEAD");
  const std::string language = page_language(v, target, request), css = css_url(v);
  const page_model model = page_model_of(v, language, css);
  const bool is_declaration = v.resource == resource::declaration;
  const bool markdown = wants_markdown(parameter(target, "format"), request.first("Accept"));
  own_reply r = markdown ? reply(200, "text/markdown; charset=utf-8", policy_page_markdown(model, is_declaration))
                         : reply(200, "text/html; charset=utf-8", policy_page_html(model, is_declaration));
  r.fields.emplace_back("Cache-Control", "private, no-cache");
  r.fields.emplace_back("Vary", "Accept, Accept-Language");
  r.fields.emplace_back("Content-Language", language);
  r.fields.emplace_back("Content-Security-Policy", page_policy);
  r.fields.emplace_back("Referrer-Policy", "same-origin");
  return r;
}

// The cookies to expire: those the browser sent, and those the policy names outright.
std::vector<std::string> known_names(const exchange& v) {
  std::vector<std::string> names = v.held_names;
  const abide::policy& policy = v.site->settings.policy;
  for (std::size_t i = 0; i < policy.cookie_count; ++i) {
    const cookie_rule& rule = policy.cookies[i];
    if (rule.name.find('*') == std::string_view::npos && rule.host.empty()) names.emplace_back(rule.name);
  }
  return names;
}

bool wants_json(const header_section& request) {
  return request.first("Accept").find("application/json") != std::string_view::npos;
}

std::string back_to(const exchange& v, const form& f) {
  if (f.from_banner || f.from_page) return f.return_path;
  const std::string language = f.language.empty() ? "" : "&lang=" + url_encoded(f.language);
  return v.site->settings.consent_path + "?saved=1&return=" + url_encoded(f.return_path) + language;
}

// Told of the conflict, on a page of its own, after the signal was answered once: never on a first page view, nor as
// often as somebody clicks (11 CCR 7025(c)(3)).
void bound_exception(const exchange& v, form& f) {
  const bool met_before = v.chosen && v.chosen->sticky_since && v.decision.signal_active;
  if (!f.excepted.empty() && (!met_before || is_wavering(v))) f.excepted = {};
}

std::string language_of(const exchange& v, const form& f, const header_section& request) {
  for (const std::string& language : v.site->settings.languages)
    if (language == f.language) return language;
  return std::string(pick_language(request.first("Accept-Language"), v.site->settings.languages));
}

decision after(const exchange& v, const record& next) {
  visitor who = v.who;
  who.known = true;
  return decide(v.site->settings.policy, v.decision.seen, *v.decision.place, &next, who, v.now);
}

void add_cookies(exchange& v, own_reply& r, const record& next, const decision& d) {
  for (std::string& field : cookies_after(v, next, d, known_names(v)))
    r.fields.emplace_back("Set-Cookie", std::move(field));
}

bool says_the_same(const record* before, const record& next) {
  const record was = before ? *before : record{};
  return was.choices == next.choices && was.sticky_since == next.sticky_since &&
         was.exception.has_value() == next.exception.has_value();
}

// Nothing new is allowed without proof; what was refused holds at once, and is recorded when the store is back.
own_reply not_saved(exchange& v, const form& f, const record& wanted, const std::string& language, bool as_json) {
  const record strict = only_refusals(chosen_of(v), wanted);
  const decision d = after(v, strict);
  const bool changes = !says_the_same(chosen_of(v), strict);
  if (changes) record_refusal(v, strict, language);
  own_reply r = as_json ? reply(503, "application/json", "{\"error\":\"not saved\"}")
                        : page(v, {language, f.return_path, false, true}, d, &strict);
  if (as_json) r.fields.emplace_back("Cache-Control", "no-store");
  r.fields.emplace_back("Retry-After", "30");
  if (changes) add_cookies(v, r, strict, d);
  return r;
}

// A script tells of its browser's signal on every page; only the first time changes anything.
bool knows_signal(const exchange& v) {
  return v.chosen && v.chosen->sticky_since && v.chosen->time <= *v.chosen->sticky_since;
}

own_reply save(exchange& v, const header_section& request, std::string_view body) {
  if (body.size() > 4096) return failure(413, "The form is too large.");
  if (!is_same_origin(request, request.first("Host"))) return failure(403, "This form answers its own site only.");
  auto f = read_form(body);
  if (!f) return failure(400, "The form names no known choice.");
  bound_exception(v, *f);
  f->objected = exempt_in_use(v.decision);
  const bool changes = !changes_nothing(*f, chosen_of(v));
  const abide::policy& policy = v.site->settings.policy;
  const record next = after_wish(*f, chosen_of(v), policy.notice_version, v.decision.signal_active, v.now);
  const bool as_json = f->wish == wish::signal || wants_json(request);
  const std::string language = language_of(v, *f, request);
  if (f->wish == wish::signal && knows_signal(v)) return state(v, "GET", language);
  if (f->wish == wish::signal) record_signal(v, next);
  else if (changes && !record_choice(v, next, language)) return not_saved(v, *f, next, language, as_json);
  const decision now = after(v, next);
  own_reply r;
  if (as_json) {
    r = reply(200, "application/json", state_of(v, now, &next, language));
  } else {
    r = reply(303, "text/plain; charset=utf-8", "");
    r.fields.emplace_back("Location", back_to(v, *f));
  }
  r.fields.emplace_back("Cache-Control", "no-store");
  if (changes) add_cookies(v, r, next, now);
  return r;
}

// The visitor's own records, as they stand in the log.
own_reply receipt(const exchange& v, std::string_view method) {
  if (!is_read(method)) return not_allowed("GET, HEAD");
  if (!v.site->log || v.subject.empty()) return failure(404, "Nothing is recorded for this browser.");
  const auto records = v.site->log->history(v.subject);
  if (!records) return failure(503, "The records cannot be read now.");
  own_reply r = reply(200, "application/ld+json", json_ld_receipts(*records, site_facts_of(v.site->settings)));
  r.fields.emplace_back("Cache-Control", "no-store");
  r.fields.emplace_back("Content-Disposition", "attachment; filename=\"consent-receipt.jsonld\"");
  return r;
}

}  // namespace

resource resource_of(const site_state& site, std::string_view target) noexcept {
  const std::string_view path = path_of(target);
  if (path == gpc_target) return resource::gpc_json;
  const std::string_view prefix = site.settings.consent_path;
  if (path.substr(0, prefix.size()) != prefix) return resource::none;
  const std::string_view rest = path.substr(prefix.size());
  if (rest.empty() || rest == "/") return resource::preferences;
  if (rest.front() != '/') return resource::none;
  if (rest == "/state") return resource::state;
  if (rest == "/signal") return resource::signal;
  if (rest == "/receipt") return resource::receipt;
  if (rest == "/policy") return resource::policy_text;
  if (rest == "/cookies") return resource::declaration;
  return rest.substr(1, 2) == "v-" ? resource::file : resource::unknown;
}

own_reply answer_own(exchange& v, std::string_view method, std::string_view target, const header_section& request,
                     std::string_view body) {
  switch (v.resource) {
    case resource::gpc_json: return gpc_json(v, method);
    case resource::file: return file(v, method, target);
    case resource::state:
      return state(v, method, page_language(v, target, request), parameter(target, "reasons") == "1");
    case resource::receipt: return receipt(v, method);
    case resource::policy_text:
    case resource::declaration: return policy_page(v, method, target, request);
    case resource::signal: return method == "POST" ? save(v, request, body) : not_allowed("POST");
    case resource::preferences:
      if (method == "POST") return save(v, request, body);
      return is_read(method) ? preferences(v, target, request) : not_allowed("GET, HEAD, POST");
    default: return failure(404, "There is no such page.");
  }
}

}  // namespace abide
