#include "pages/exempt_names.hpp"

#include <algorithm>

#include "policy/jurisdiction_row.hpp"

namespace abide::detail {

std::vector<std::string> exempt_names(const policy& rules, const exemption& only) {
  const jurisdiction* place = find_row(only.jurisdiction);
  if (!place) return {};
  policy alone = rules;  // with this exemption only
  alone.exemptions = &only;
  alone.exemption_count = 1;

  std::vector<std::string> names;
  bool is_declared = false;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const cookie_rule& rule = rules.cookies[i];
    if (!name_matches(only.name, rule.name)) continue;
    is_declared = true;
    if (!rule.shared && is_exempt(alone, *place, rule.name, rule.category)) names.emplace_back(rule.name);
  }
  if (is_declared) return names;
  std::string member(only.name);
  std::erase(member, '*');
  const classification found = classify(rules, {member, rules.host});
  if (!found.shared && is_exempt(alone, *place, member, found.category)) names.emplace_back(only.name);
  return names;
}

}  // namespace abide::detail
