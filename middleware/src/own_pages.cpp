// Abide's own resources: /.well-known/gpc.json and what lies below the consent path.
#include <utility>

#include <nlohmann/json.hpp>

#include "choosing.hpp"
#include "gpc_json.hpp"
#include "html.hpp"
#include "post.hpp"
#include "preferences.hpp"
#include "site_state.hpp"
#include "texts.hpp"

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

own_reply state(const exchange& v, std::string_view method) {
  if (!is_read(method)) return not_allowed("GET, HEAD");
  own_reply r = reply(200, "application/json", state_json(*v.site, v.decision));
  r.fields.emplace_back("Cache-Control", "no-store");
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

own_reply preferences(exchange& v, std::string_view target, const header_section& request) {
  const std::string language = page_language(v, target, request);
  const std::string return_path = decoded_path(parameter(target, "return"));
  const std::string css = v.site->settings.consent_path + "/" + v.site->files.version_path() + "notice.css";
  page_model model;
  model.settings = &v.site->settings;
  model.decision = &v.decision;
  model.chosen = v.chosen ? &*v.chosen : nullptr;
  model.language = language;
  model.consent_path = v.site->settings.consent_path;
  model.return_path = return_path;
  model.css_url = css;
  model.theme_url = v.site->settings.theme;
  model.saved = parameter(target, "saved") == "1";
  model.now = v.now;
  own_reply r = reply(200, "text/html; charset=utf-8", render_preferences(model));
  r.fields.emplace_back("Cache-Control", "no-store");
  r.fields.emplace_back("Content-Security-Policy", page_policy);
  r.fields.emplace_back("Referrer-Policy", "same-origin");
  if (v.decision.remember) {
    const source from = v.decision.seen.gpc ? source::gpc_header : source::dnt;
    const record next = after_signal(v.chosen ? &*v.chosen : nullptr, from, v.now);
    for (std::string& field : cookies_after(v, next, v.decision, v.held_names))
      r.fields.emplace_back("Set-Cookie", std::move(field));
  }
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
  if (f.from_banner) return f.return_path;
  const std::string language = f.language.empty() ? "" : "&lang=" + url_encoded(f.language);
  return v.site->settings.consent_path + "?saved=1&return=" + url_encoded(f.return_path) + language;
}

own_reply save(exchange& v, const header_section& request, std::string_view body) {
  if (body.size() > 4096) return failure(413, "The form is too large.");
  if (!is_same_origin(request, request.first("Host"))) return failure(403, "This form answers its own site only.");
  const auto f = read_form(body);
  if (!f) return failure(400, "The form names no known choice.");
  const abide::policy& policy = v.site->settings.policy;
  const record next = after_wish(*f, v.chosen ? &*v.chosen : nullptr, policy.notice_version, v.decision.signal_active, v.now);
  visitor who;
  who.known = true;
  const decision after = decide(policy, v.decision.seen, *v.decision.place, &next, who, v.now);
  own_reply r;
  if (f->wish == wish::signal || wants_json(request)) {
    r = reply(200, "application/json", state_json(*v.site, after));
  } else {
    r = reply(303, "text/plain; charset=utf-8", "");
    r.fields.emplace_back("Location", back_to(v, *f));
  }
  r.fields.emplace_back("Cache-Control", "no-store");
  for (std::string& field : cookies_after(v, next, after, known_names(v)))
    r.fields.emplace_back("Set-Cookie", std::move(field));
  return r;
}

nlohmann::ordered_json names_of(const decision& d, bool shared) {
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  for (const category c : categories)
    if (d.of(c, shared).allowed) names.push_back(name_of(c));
  return names;
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
  return rest.substr(1, 2) == "v-" ? resource::file : resource::unknown;
}

std::string state_json(const site_state& site, const decision& d) {
  const nlohmann::ordered_json json{{"v", 1},
                                    {"allowed", names_of(d, false)},
                                    {"allowedShared", names_of(d, true)},
                                    {"gpc", d.seen.gpc},
                                    {"regime", name_of(d.place->regime)},
                                    {"notice", name_of(d.notice)},
                                    {"path", site.settings.consent_path},
                                    {"mode", site.settings.policy.mode == mode::observe ? "observe" : "enforce"},
                                    {"noticeVersion", site.settings.policy.notice_version}};
  std::string text = json.dump();
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) text.replace(at, 1, "\\u003c");
  return text;
}

own_reply answer_own(exchange& v, std::string_view method, std::string_view target,
                     const header_section& request, std::string_view body) {
  switch (v.resource) {
    case resource::gpc_json: return gpc_json(v, method);
    case resource::file: return file(v, method, target);
    case resource::state: return state(v, method);
    case resource::signal: return method == "POST" ? save(v, request, body) : not_allowed("POST");
    case resource::preferences:
      if (method == "POST") return save(v, request, body);
      return is_read(method) ? preferences(v, target, request) : not_allowed("GET, HEAD, POST");
    default: return failure(404, "There is no such page.");
  }
}

}  // namespace abide
