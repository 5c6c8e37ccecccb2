// Keys that contradict each other.
#include <algorithm>

#include "abide/cookie.hpp"
#include "base/ascii.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

/// The cookie with the choice is Abide's, whatever the catalog or a rule says of its name.
void look_at_consent_cookie(look& at) {
  const policy& rules = at.site.policy;
  const std::string name(rules.consent_cookie);
  for (std::size_t i = 0; i < rules.cookie_count; ++i)
    if (rules.cookies[i].name == rules.consent_cookie)
      at.warn(std::string("/cookies/") + std::to_string(i),
              "has no effect: " + name + " is the cookie with the visitor's choice (/consent/cookie)");
  classification known;
  if (!look_up(name, {}, known) || known.from == evidence::rule) return;
  const std::string whose = known.vendor.empty() ? std::string("others") : std::string(known.vendor);
  at.warn("/consent/cookie",
          "the catalog knows " + name + " as a cookie of " + whose +
              ", which would overwrite the visitor's choice or be taken for it; choose another name");
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Below the consent path the site answers itself: nothing of the application is reached there.
void look_at_consent_path(look& at) {
  const config& site = at.site;
  const std::string& path = site.consent_path;
  if (is_below(site.theme, path))
    at.warn("/notice/theme", "below " + path + ", where Abide answers, not the site: the style sheet is never found");
  const bool is_own_page =
      site.policy_url == path || site.policy_url == path + "/policy" || site.policy_url == path + "/cookies";
  if (is_below(site.policy_url, path) && !is_own_page)
    at.warn("/notice/policy_url",
            "below " + path + ", where Abide answers: it has no such page; its own text is at " + path + "/policy");
}

void look_at_origin(look& at) {
  const config& site = at.site;
  const std::size_t mark = site.origin.find("://");
  if (site.hosts.empty() || mark == std::string::npos) return;
  const std::string_view rest = std::string_view(site.origin).substr(mark + 3);
  const std::string host = ascii_text::lower(rest.substr(0, rest.find_first_of(":/")));
  const auto covers = [&](const std::string& each) { return host_matches(each, host); };
  if (host == site.policy.host || std::any_of(site.hosts.begin(), site.hosts.end(), covers)) return;
  at.warn("/site/origin", host + " is not among site.hosts: requests for it get 421");
}

}  // namespace

void look_across_keys(look& at) {
  look_at_consent_cookie(at);
  look_at_consent_path(at);
  look_at_origin(at);
}

}  // namespace abide::detail::cli
