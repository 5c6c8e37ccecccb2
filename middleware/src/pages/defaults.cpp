#include "pages/defaults.hpp"

namespace abide::detail {

defaults defaults_at(const policy& p, const jurisdiction& place, std::int64_t now) noexcept {
  const decision before = decide(p, {}, place, nullptr, {}, now);
  defaults found;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& rule = p.cookies[i];
    if (rule.category == category::required) continue;
    if (before.of(rule.category, rule.shared).allowed) found.on.insert(rule.category);
    else found.off.insert(rule.category);
  }
  return found;
}

}  // namespace abide::detail
