// Cookies that are declared exempt from consent.
#include <algorithm>

#include "policy/lifetime.hpp"
#include "tools/deciding_rule.hpp"
#include "tools/prose.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

void look_at_place_of(look& at, const exemption& each, const std::string& path) {
  const auto is_its_place = [&](const jurisdiction* row) { return row->code == each.jurisdiction; };
  if (std::any_of(at.served.begin(), at.served.end(), is_its_place)) return;
  at.warn(path, "the law of " + std::string(each.jurisdiction) + " applies to no visitor; the policy places all in " +
                    places_where(at.served, [](const jurisdiction&) { return true; }));
}

/// Warns if none of the declared cookies that an exemption names is of the category that its purpose needs.
void look_at_category_of(look& at, const exemption& each, const std::vector<const cookie_rule*>& named,
                         const std::string& path) {
  const category needed = category_of(each.purpose);
  std::vector<std::string> others;
  for (const cookie_rule* rule : named) {
    if (rule->category == needed) return;
    others.push_back(std::string(rule->name) + " is " + std::string(to_string(rule->category)));
  }
  if (!others.empty())
    at.warn(path, "exempts nothing: " + some_of(others) + ", but this purpose needs the category " +
                      std::string(to_string(needed)));
}

std::uint64_t seconds_of(const cookie_lifetime& life) {
  constexpr std::uint64_t minute = 60, hour = 60 * minute, day = 24 * hour, month = 31 * day, year = 365 * day;
  switch (life.unit) {
    case lifetime_unit::seconds: return life.count;
    case lifetime_unit::minutes: return life.count * minute;
    case lifetime_unit::hours: return life.count * hour;
    case lifetime_unit::days: return life.count * day;
    case lifetime_unit::weeks: return life.count * 7 * day;
    case lifetime_unit::months: return life.count / 12 * year + life.count % 12 * month;
    case lifetime_unit::years: return life.count * year;
    case lifetime_unit::session:
    case lifetime_unit::unknown: break;
  }
  return 0;
}

/// France: a cookie that measures the audience without consent lives for at most 13 months.
void look_at_life_of(look& at, const exemption& each, const std::vector<const cookie_rule*>& named) {
  constexpr cookie_lifetime most{lifetime_unit::months, 13};
  if (each.jurisdiction != "FR" || each.purpose != exempt_purpose::statistical) return;
  for (const cookie_rule* rule : named) {
    const auto number = static_cast<std::size_t>(rule - at.site.policy.cookies);
    const cookie_lifetime& life = at.site.declarations[number].lifetime;
    if (rule->category != category_of(each.purpose) || seconds_of(life) <= seconds_of(most)) continue;
    at.warn(path_of(number) + "/lifetime",
            std::string(rule->name) + " lives for " + write_lifetime_text(life) +
                ", but in France a cookie that measures the audience without consent may live for at most 13 months "
                "(CNIL 2020-091 and 2020-092)");
  }
}

void look_at_exemption(look& at, const exemption& each, const std::string& path) {
  const policy& rules = at.site.policy;
  look_at_place_of(at, each, path);
  std::vector<const cookie_rule*> named;
  for (std::size_t k = 0; k < rules.cookie_count; ++k)
    if (name_matches(each.name, rules.cookies[k].name)) named.push_back(&rules.cookies[k]);
  if (const cookie_rule* wider = deciding_rule(rules, each.name, rules.host); named.empty() && wider)
    named.push_back(wider);
  for (const cookie_rule* rule : named)
    if (rule->shared)
      at.warn(
          path,
          std::string(rule->name) +
              " is sold or shared, so it is never exempt; if a processor contract forbids this, set \"shared\": false");
  look_at_category_of(at, each, named, path);
  look_at_life_of(at, each, named);
  if (named.empty()) at.warn(path, "the policy declares no cookie named " + std::string(each.name));
}

}  // namespace

void look_at_exemptions(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.exemption_count; ++i)
    look_at_exemption(at, rules.exemptions[i], std::string("/exempt/") + std::to_string(i));
}

}  // namespace abide::detail::cli
