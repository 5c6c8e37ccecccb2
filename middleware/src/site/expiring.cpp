#include "site/expiring.hpp"

#include <algorithm>

#include "base/cookie_domain.hpp"
#include "site/consent_cookie.hpp"
#include "site/memory.hpp"
#include "site/mixed.hpp"
#include "site/replies.hpp"
#include "site/withdrawal.hpp"

namespace abide {
namespace {

// What is said of a request: to whom and of which cookies (they, and the signed choice among them, are of one visitor),
// and on which page.
std::uint64_t fingerprint(const exchange& v, std::string_view target) {
  return mixed(mixed(v.cookies->fingerprint, v.host.view()), path_of(target));
}

}  // namespace

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
