#include "pages/declaration.hpp"

#include <unordered_set>

#include "abide/describing.hpp"
#include "abide/service.hpp"
#include "base/cookie_domain.hpp"
#include "pages/lifetime_text.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

const cookie_declaration& words_for(const config& settings, std::size_t i) noexcept {
  static const cookie_declaration nothing;
  return i < settings.declarations.size() ? settings.declarations[i] : nothing;
}

std::string_view vendor_in_catalog(const cookie_rule& rule) {
  std::string member_of_pattern(rule.name);
  if (const std::size_t star = member_of_pattern.find('*'); star != std::string::npos) member_of_pattern.erase(star, 1);
  return known_vendor(rule, member_of_pattern);
}

std::string_view vendor_of(const reader& r, const cookie_rule& rule) {
  if (!rule.vendor.empty()) return rule.vendor;
  if (const std::string_view known = vendor_in_catalog(rule); !known.empty()) return known;
  return rule.shared ? (*r.words)["cookies.vendor_unknown"] : site_name(*r.settings, *r.words);
}

/// The text for the reader's language or a shorter tag of it; else the first one.
void choose_purpose(const reader& r, const cookie_declaration& from, declared_cookie& into) {
  if (from.purpose.empty()) return;
  const std::string_view tag = r.words->tag();
  const auto* best = &from.purpose.front();
  for (const auto& each : from.purpose)
    if (each.first == tag || (each.first == tag.substr(0, tag.find('-')) && best->first != tag)) best = &each;
  into.purpose = best->second;
  const bool own = best->first.empty() || best->first.substr(0, best->first.find('-')) == tag.substr(0, tag.find('-'));
  if (!own) into.purpose_language = best->first;
}

/// `www.shop.example` and `.shop.example` belong to the same site: they share a registrable domain.
std::string site_of(std::string_view host) {
  if (!host.empty() && host.front() == '.') host.remove_prefix(1);
  const auto domains = cookie_domains(host);
  return domains.empty() ? std::string(host) : domains.back();
}

declared_cookie declared(const reader& r, std::size_t i) {
  const policy& p = r.settings->policy;
  const cookie_rule& rule = p.cookies[i];
  const cookie_declaration& more = words_for(*r.settings, i);
  declared_cookie made;
  made.name = rule.name;
  made.vendor = vendor_of(r, rule);
  made.vendor_policy = more.vendor_policy;
  made.lifetime = lifetime_in(*r.words, more.lifetime);
  choose_purpose(r, more, made);
  made.host = rule.host.substr(!rule.host.empty() && rule.host.front() == '.');
  made.category = rule.category;
  made.third_party = !rule.host.empty() && site_of(rule.host) != site_of(p.host);
  made.shared = rule.shared;
  made.exempt = r.place && !rule.shared && is_exempt(p, *r.place, rule.name, rule.category);
  return made;
}

/// Abide's own cookies on a server: what their names have before that of the consent cookie, and what they are for.
struct own_cookie {
  std::string_view prefix, purpose;
};
constexpr own_cookie own_cookies[]{{"", "declaration.choice_cookie"},
                                   {signal_cookie_prefix, "declaration.signal_cookie"},
                                   {twin_cookie_prefix, "declaration.twin_cookie"}};

declared_cookie declared(const reader& r, const own_cookie& own) {
  const std::string_view name = r.settings->policy.consent_cookie;
  const std::string_view here = r.consent_cookie.empty() ? name : r.consent_cookie;  // perhaps `__Host-` before it
  declared_cookie made;
  made.name.append(here.substr(0, here.size() - name.size())).append(own.prefix).append(name);
  made.vendor = site_name(*r.settings, *r.words);
  made.lifetime = lifetime_in(*r.words, {lifetime_unit::days, consent_cookie_days});
  made.purpose = (*r.words)[own.purpose];
  made.category = category::required;
  return made;
}

}  // namespace

std::vector<declared_cookie> declared_cookies(const reader& r, category c) {
  const policy& p = r.settings->policy;
  std::vector<declared_cookie> cookies;
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (p.cookies[i].category == c) cookies.push_back(declared(r, i));
  if (c != category::required) return cookies;
  for (const own_cookie& own : own_cookies) cookies.push_back(declared(r, own));
  return cookies;
}

std::vector<std::string> declared_services(const reader& to, category c) {
  std::vector<std::string> found;
  if (c == category::required) return found;
  std::unordered_set<std::uint32_t> seen;
  for (declared_cookie& cookie : declared_cookies(to, c)) {
    const std::uint32_t id = service_id(cookie.vendor);
    if (!find_service(to.settings->policy, id).empty() && seen.insert(id).second)
      found.push_back(std::move(cookie.vendor));
  }
  return found;
}

std::string_view site_name(const config& settings, const language& words) noexcept {
  const std::string& name = settings.site_name;
  return name.empty() || name == "This site" ? words["site.unnamed"] : std::string_view(name);
}

}  // namespace abide::detail
