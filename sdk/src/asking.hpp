#pragma once
// What a site has to ask consent for; used by the decision, by the pages and when a choice is applied.
#include "abide/jurisdiction.hpp"
#include "abide/policy.hpp"

namespace abide::detail {

/// The categories in which the site declares cookies that need consent in the place; `exempt`: declared_exempt().
inline category_set declared_for_consent(const policy& p, const jurisdiction& place, category_set exempt) noexcept {
  category_set found;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& cookie = p.cookies[i];
    const category c = cookie.category;
    if (c == category::required || found.contains(c)) continue;
    if (exempt.contains(c) && !cookie.shared && is_exempt(p, place, cookie.name, c)) continue;
    found.insert(c);
  }
  return found;
}

}  // namespace abide::detail
