// Keys, lifetime and reach of the choice.
#include <algorithm>

#include "abide/cookie.hpp"
#include "base/ascii.hpp"
#include "tools/counted.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

/// The hosts that the policy names, each as a host of its own domain.
std::vector<std::string> named_hosts(const config& site) {
  std::vector<std::string> hosts;
  if (!site.policy.host.empty()) hosts.emplace_back(site.policy.host);
  for (const std::string& each : site.hosts) hosts.push_back(each.substr(each.starts_with('.')));
  if (const std::size_t mark = site.origin.find("://"); mark != std::string::npos) {
    const std::string_view rest = std::string_view(site.origin).substr(mark + 3);
    hosts.emplace_back(rest.substr(0, rest.find_first_of(":/")));
  }
  return hosts;
}

void look_at_consent_domain(look& at) {
  const std::string& domain = at.site.consent_domain;
  if (domain.empty()) return;
  at.warn("/consent/domain", "every host of " + domain +
                                 " can refuse in a visitor's name or restore an older choice (SECURITY.md); all of "
                                 "them must be under your control");
  std::vector<std::string> outside = named_hosts(at.site);
  std::erase_if(outside, [&](const std::string& host) { return domain_matches(ascii_text::lower(host), domain); });
  if (!outside.empty())
    at.warn("/consent/domain", outside.front() + " is not below " + domain + ": a choice made there holds there alone");
}

}  // namespace

void look_at_consent(look& at) {
  const config& site = at.site;
  if (site.keys.empty()) at.warn("/consent/keys", "missing; a random key signs choices, and a restart discards them");
  const std::uint32_t days = site.policy.lifetime_days;
  const std::string shorter = places_where(
      at.served, [&](const jurisdiction& row) { return row.regime == regime::opt_in && row.consent_days < days; });
  if (!shorter.empty())
    at.warn("/consent/lifetime_days",
            counted(days, "day", "days") + ", longer than the law or its guidance allows in " + shorter);
  look_at_consent_domain(at);
}

}  // namespace abide::detail::cli
