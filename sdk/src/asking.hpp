#pragma once
// What a site has to ask consent for, and what a decision leaves open; used by the decision, by the pages and when a
// choice is applied.
#include "abide/decision.hpp"
#include "abide/jurisdiction.hpp"
#include "abide/policy.hpp"

namespace abide::detail {

/// Whether the exemption is for this place, and for a purpose that the place exempts.
inline bool applies(const exemption& e, const jurisdiction& place) noexcept {
  return (place.exempt & static_cast<std::uint8_t>(e.purpose)) != 0 && e.jurisdiction == place.code;
}

/// Whether the rule decided anything about cookies that are not exempt.
inline bool is_in_force(const decision& d, rule r) noexcept {
  for (const category c : categories)
    if (d.of(c, false).rule == r || d.of(c, true).rule == r) return true;
  return false;
}

/// Whether a choice can still change the category. False for what a signal, an opt-out or the law refuses.
inline bool is_open(const decision& d, category c) noexcept {
  const rule r = d.of(c, false).rule;
  return r == rule::d2 || r == rule::d5 || r == rule::d6;
}

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
