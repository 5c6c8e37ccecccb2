#include "abide/policy.hpp"

#include <array>

#include "ascii.hpp"
#include "asking.hpp"
#include "catalog_anywhere.hpp"

namespace abide {

using namespace detail;

namespace {

bool is_consent_cookie(const policy& p, std::string_view name) noexcept {
  if (p.consent_cookie.empty()) return false;
  for (const std::string_view prefix : {"__Host-", "__Secure-"})
    if (ascii::starts_with(name, prefix)) {
      name.remove_prefix(prefix.size());
      break;
    }
  if (name == p.consent_cookie) return true;
  for (const std::string_view prefix : {signal_cookie_prefix, twin_cookie_prefix})
    if (ascii::starts_with(name, prefix) && name.substr(prefix.size()) == p.consent_cookie) return true;
  return false;
}

// What makes a rule outrank another, most important first. Which of two rules is the stricter one decides before their
// order in the file, so that moving a line never lets a cookie pass.
using rank = std::array<std::size_t, 6>;
rank rank_of(const cookie_rule& rule) noexcept {
  const bool is_exact = rule.name.find('*') == std::string_view::npos;
  const bool is_one_host = !rule.host.empty() && rule.host.front() != '.';
  return {is_exact,   rule.name.size(), is_one_host, rule.host.size(), static_cast<std::size_t>(rule.category),
          rule.shared};
}

// A quick check that excludes most rules by one byte. An empty name matches nameless cookies; a null name matches
// nothing.
bool may_begin(std::string_view pattern, std::string_view name) noexcept {
  if (pattern.empty()) return pattern.data() != nullptr;
  return pattern[0] == '*' || (!name.empty() && pattern[0] == name[0]);
}

const cookie_rule* declared(const policy& p, const cookie_facts& facts) noexcept {
  const cookie_rule* best = nullptr;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& rule = p.cookies[i];
    if (!may_begin(rule.name, facts.name) || !name_matches(rule.name, facts.name) ||
        !host_matches(rule.host, facts.host))
      continue;
    if (!best || outranks(rule, *best)) best = &rule;
  }
  return best;
}

void set(classification& c, category category, bool shared, std::uint8_t confidence, evidence from) noexcept {
  c.category = category;
  c.shared = shared;
  c.confidence = confidence;
  c.from = from;
}

void set_by_unknown_rule(classification& c, const policy& p, bool third_party) noexcept {
  const bool strict = p.unknown == unknown_policy::targeting || third_party;
  set(c, strict ? category::targeting : category::required, strict, 40, evidence::rule);
}

bool is_known(const cookie_facts& facts, classification& found) noexcept {
  if (facts.third_party) return look_up_third_party(facts.name, facts.host, found);
  return look_up(facts.name, facts.host, found) || (facts.host.empty() && look_up_anywhere(facts.name, found));
}

}  // namespace

bool outranks(const cookie_rule& a, const cookie_rule& b) noexcept { return rank_of(a) > rank_of(b); }

classification classify(const policy& p, const cookie_facts& facts) noexcept {
  classification found;
  if (is_consent_cookie(p, facts.name)) {
    set(found, category::required, false, 100, evidence::policy);
    found.vendor = "Abide";
  } else if (const cookie_rule* rule = declared(p, facts)) {
    set(found, rule->category, rule->shared, 100, evidence::policy);
    found.vendor = rule->vendor;
  } else if (!is_known(facts, found)) {
    set_by_unknown_rule(found, p, facts.third_party);
  }
  return found;
}

std::string_view find_programme(const policy& p, const cookie_facts& facts) noexcept {
  const cookie_rule* rule = declared(p, facts);
  return rule ? rule->programme : std::string_view{};
}

bool has_programmes(const policy& p) noexcept {
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (!p.cookies[i].programme.empty()) return true;
  return false;
}

category category_of(exempt_purpose purpose) noexcept {
  return purpose == exempt_purpose::statistical ? category::analytics : category::functional;
}

bool is_exempt(const policy& p, const jurisdiction& place, std::string_view name, category c) noexcept {
  for (std::size_t i = 0; i < p.exemption_count; ++i) {
    const exemption& e = p.exemptions[i];
    if (category_of(e.purpose) == c && applies(e, place) && name_matches(e.name, name)) return true;
  }
  return false;
}

namespace {

// Whether the exemption exempts any rule of its name. If there is none, the catalog or a wider rule decides on each
// cookie.
bool exempts_any(const policy& p, const exemption& e) noexcept {
  bool is_named = false;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& rule = p.cookies[i];
    if (!name_matches(e.name, rule.name)) continue;
    if (!rule.shared && rule.category == category_of(e.purpose)) return true;
    is_named = true;
  }
  return !is_named;
}

}  // namespace

category_set declared_exempt(const policy& p, const jurisdiction& place) noexcept {
  category_set set;
  for (std::size_t i = 0; i < p.exemption_count; ++i) {
    const exemption& e = p.exemptions[i];
    if (applies(e, place) && exempts_any(p, e)) set.insert(category_of(e.purpose));
  }
  return set;
}

}  // namespace abide
