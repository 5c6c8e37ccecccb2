#include "site/expiring.hpp"

#include <algorithm>

#include "abide/signal.hpp"
#include "base/cookie_domain.hpp"
#include "site/consent_cookie.hpp"
#include "site/memory.hpp"
#include "site/mixed.hpp"
#include "site/replies.hpp"

namespace abide {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same_field(text.substr(0, prefix.size()), prefix);
}

// A name that could break out of the field, or that has none, is not written.
bool is_writable(std::string_view name) {
  if (name.empty() || name.size() > 4096) return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == ';' || c == ',' || c == '=') return false;
  }
  return true;
}

// Others end the attribute, or the browser's reading of it (CK-9).
bool is_path_byte(char c) { return c > 0x20 && c < 0x7f && c != ';' && c != ','; }

// What is said of a request: to whom and of which cookies (they, and the signed choice among them, are of one visitor),
// and on which page.
std::uint64_t fingerprint(const exchange& v, std::string_view target) {
  return mixed(mixed(v.cookies->fingerprint, v.host.view()), path_of(target));
}

}  // namespace

std::vector<std::string> cookie_paths(std::string_view target) {
  constexpr std::size_t most = 8;
  std::vector<std::string> paths{"/"};
  target = target.substr(0, target.find_first_of("?#"));
  for (std::size_t at = 1; at < target.size() && paths.size() < most; ++at) {
    if (!is_path_byte(target[at])) return paths;
    const bool ends = at + 1 == target.size() || target[at + 1] == '/';
    if (target[at] == '/' || ends) paths.emplace_back(target.substr(0, at + 1));
  }
  return paths;
}

std::vector<std::string> expiries(std::string_view name, const std::vector<std::string>& domains, bool secure,
                                  bool partitioned, std::string_view path) {
  std::vector<std::string> fields;
  if (!is_writable(name)) return fields;
  const bool only_host = starts_with(name, "__Host-");
  if (only_host && path != "/") return fields;
  const bool http = starts_with(name, "__Http-") || starts_with(name, "__Host-Http-");
  const bool needs_secure = only_host || http || starts_with(name, "__Secure-");
  std::string base(name);
  base.append("=; Max-Age=0; Path=").append(path);
  if (http) base += "; HttpOnly";
  if (secure || needs_secure) base += "; Secure";
  fields.push_back(base);
  if (!only_host)
    for (const std::string& domain : domains) fields.push_back(std::string(base).append("; Domain=").append(domain));
  if (!secure || !partitioned) return fields;
  // Partitioned cookies live in a jar of their own (CHIPS) and are deleted there only.
  for (std::size_t i = 0, count = fields.size(); i < count; ++i)
    fields.push_back(fields[i] + "; SameSite=None; Partitioned");
  return fields;
}

std::vector<std::string> cookies_after(const exchange& v, const record& next, const decision& after,
                                       const std::vector<std::string>& held_names) {
  const abide::policy& policy = v.site->settings.policy;
  std::vector<std::string> fields{write_consent_cookie(v.site->cookie_name(v.secure),
                                                       {next, std::string(v.subject.view())}, v.host.view(),
                                                       v.site->signing, v.secure, consent_cookie_days)};
  if (policy.mode == mode::observe) return fields;
  std::vector<std::string_view> names(held_names.begin(), held_names.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const auto domains = cookie_domains(v.host.view());
  for (const std::string_view name : names) {
    if (judge(after, policy, name, classify(policy, {name, v.host.view(), false})).allowed) continue;
    // Partitioned ones, which are rare, go with the next page: a header section above 4 KB is too much for many
    // proxies.
    for (std::string& field : expiries(name, domains, v.secure, false)) fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<std::string> expiries_of_refused(const exchange& v, std::string_view target) {
  constexpr std::size_t most = 40;
  std::vector<std::string> fields;
  if (v.site->settings.policy.mode == mode::observe || held_names(v).empty()) return fields;
  if (memory_of(*v.site).said.say(fingerprint(v, target), v.now)) return fields;
  const auto domains = cookie_domains(v.host.view());
  for (const std::string& path : cookie_paths(target))
    for (const std::string& name : held_names(v))
      for (std::string& field : expiries(name, domains, v.secure, path == "/", path))
        if (fields.size() < most) fields.push_back(std::move(field));
  return fields;
}

}  // namespace abide
