// Rules that never match, or whose vendor cannot be told from another.
#include <algorithm>

#include "abide/service.hpp"
#include "abide/signal.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

/// Warns of a rule for shop.example if the site is www.shop.example: without a leading dot it is for that host alone.
void look_for_bare_parents(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const std::string host(rules.cookies[i].host);
    if (host.empty() || host.front() == '.' || !rules.host.ends_with('.' + host)) continue;
    if (std::find(at.site.hosts.begin(), at.site.hosts.end(), host) != at.site.hosts.end()) continue;
    at.warn(path_of(i) + "/host", std::string("this rule never matches on ")
                                      .append(rules.host)
                                      .append("; .")
                                      .append(host)
                                      .append(" would include the hosts below ")
                                      .append(host));
  }
}

/// A choice about a service is recorded by its number, so two vendors with the same number would share it.
void look_for_shared_numbers(look& at) {
  const policy &rules = at.site.policy, catalog_alone;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const std::string_view vendor = rules.cookies[i].vendor;
    for (const policy* known : {&rules, &catalog_alone}) {
      const std::string_view other = find_service(*known, service_id(vendor));
      if (other.empty() || same_field(other, vendor)) continue;
      at.warn(path_of(i) + "/vendor",
              std::string(vendor) + " and " + std::string(other) +
                  " have the same number: a choice about one counts for the other; write it otherwise");
      break;
    }
  }
}

}  // namespace

void look_at_rules(look& at) {
  look_for_bare_parents(at);
  look_for_shared_numbers(at);
}

}  // namespace abide::detail::cli
