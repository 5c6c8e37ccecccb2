// Rules that are laxer than what the catalog knows.
#include "policy/reading.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

/// In which respect the catalog is stricter about a cookie than the policy.
enum class stricter { no, category, sharing };

/// A contract is the site's own knowledge. Required cookies are on, shared or not.
stricter compared(const classification& known, const cookie_rule& rule, bool is_processor) {
  constexpr std::uint8_t sure = 70;
  if (known.confidence < sure) return stricter::no;
  const bool may_differ = rule.category != category::required && known.category != category::targeting;
  if (known.category != rule.category && !may_differ) return stricter::category;
  const bool is_laxer = known.shared && !rule.shared && !is_processor && rule.category != category::required;
  return is_laxer ? stricter::sharing : stricter::no;
}

struct contradiction {
  stricter in = stricter::no;
  classification known;
};

bool is_processor(const config& site, std::size_t cookie) { return site.storage && site.storage->processors[cookie]; }

/// What the catalog says of a name, and whether it is stricter than the rule.
contradiction look_up_against(const look& at, std::size_t i, std::string_view name) {
  const cookie_rule& rule = at.site.policy.cookies[i];
  contradiction found;
  if (look_up(name, rule.host.substr(rule.host.starts_with('.')), found.known))
    found.in = compared(found.known, rule, is_processor(at.site, i));
  return found;
}

/// `targeting (Meta)`
std::string named(const classification& known) {
  return std::string(to_string(known.category)) +
         (known.vendor.empty() ? std::string() : std::string(" (").append(known.vendor).append(")"));
}

/// Trackers' cookies that many sites have.
constexpr std::string_view widespread[] = {
    "_fbp",   "_gcl_au",    "IDE",  "_uetsid",         "MUID", "_ttp", "_ga", "_gid", "_pk_id",
    "__utma", "hubspotutk", "s_vi", "_hjSessionUser_1"};

std::string sharing_advice(const classification& known) {
  return (known.vendor.empty() ? std::string("its vendor") : std::string(known.vendor)) +
         " sells or shares what it learns; if a contract forbids this, write \"contract\": \"processor\"";
}

/// Warns of a pattern such as `_*`, which makes trackers' cookies required, or theirs alone.
void look_for_wide_pattern(look& at, std::size_t i) {
  const policy& rules = at.site.policy;
  const cookie_rule& rule = rules.cookies[i];
  for (const std::string_view name : widespread) {
    if (!name_matches(rule.name, name)) continue;
    const contradiction found = look_up_against(at, i, name);
    if (found.in == stricter::no) continue;
    const std::string_view host = rule.host.substr(rule.host.starts_with('.'));
    const classification counts = classify(rules, {name, host});
    if (counts.category != rule.category || counts.shared != rule.shared) continue;  // a narrower rule decides
    const std::string start = std::string(rule.name) + " also matches " + std::string(name) + ", ";
    if (found.in == stricter::sharing)
      return at.warn(path_of(i) + "/name", start + "and according to the catalog " + sharing_advice(found.known));
    return at.warn(path_of(i) + "/name", start + "which the catalog lists as " + named(found.known) + "; here it is " +
                                             std::string(to_string(rule.category)));
  }
}

}  // namespace

void look_for_contradictions(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const cookie_rule& rule = rules.cookies[i];
    const std::string name(rule.name);
    std::string member_of_pattern = name;
    std::erase(member_of_pattern, '*');
    const contradiction found = look_up_against(at, i, member_of_pattern);
    if (found.in == stricter::no) look_for_wide_pattern(at, i);
    if (found.in == stricter::category)
      at.warn(path_of(i) + "/category", name + " is " + std::string(to_string(rule.category)) +
                                            " here, but the catalog lists it as " + named(found.known) +
                                            "; a scanner would report this");
    if (found.in == stricter::sharing)
      at.warn(path_of(i) + "/shared",
              name + " is not shared here, but according to the catalog " + sharing_advice(found.known));
  }
}

}  // namespace abide::detail::cli
