#include "tools/policy_warnings.hpp"

#include <algorithm>

#include "pages/declaration.hpp"
#include "pages/policy_text/audience.hpp"
#include "policy/texts.hpp"
#include "tools/prose.hpp"

namespace abide::detail::cli {
namespace {

std::vector<const jurisdiction*> places_served(const config& site, std::int64_t now) {
  const reader everyone{&site, &texts_of(site).in("en"), place_of_everyone(site, now), {}};
  std::vector<const jurisdiction*> rows;
  for (const audience& group : audiences(everyone, now)) rows.insert(rows.end(), group.rows.begin(), group.rows.end());
  return rows;
}

/// `Germany`, or `Germany and 31 other places`.
template <class test>
std::string some_of(const std::vector<const jurisdiction*>& rows, test fits) {
  std::string first;
  std::size_t count = 0;
  for (const jurisdiction* row : rows) {
    if (!fits(*row)) continue;
    if (count++ == 0) first = row->name;
  }
  if (count < 2) return first;
  return first + " and " + std::to_string(count - 1) + (count == 2 ? " other place" : " other places");
}

/// `/cookies/3 (uid), /cookies/5 (_ga*) and 4 more`
std::string list_of(const std::vector<std::string>& items) {
  constexpr std::size_t shown = 3;
  if (items.size() <= shown) return joined(items);
  return joined({items[0], items[1], items[2], std::to_string(items.size() - shown) + " more"});
}

template <class test>
std::string cookies_where(const config& site, test fits) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < site.policy.cookie_count; ++i)
    if (fits(site.policy.cookies[i], site.declarations[i]))
      found.push_back("/cookies/" + std::to_string(i) + " (" + std::string(site.policy.cookies[i].name) + ')');
  return list_of(found);
}

void warn_of_cookies(const config& site, std::vector<std::string>& out) {
  const std::string timeless = cookies_where(site, [](const cookie_rule&, const cookie_declaration& words) {
    return words.lifetime.unit == lifetime_unit::unknown;
  });
  if (!timeless.empty())
    out.push_back(timeless + ": no \"lifetime\"; where consent is asked visitors must be told it (CJEU C-673/17)");
  const std::string purposeless = cookies_where(site, [](const cookie_rule& rule, const cookie_declaration& words) {
    return rule.category != category::required && words.purpose.empty();
  });
  if (!purposeless.empty()) out.push_back(purposeless + ": no \"purpose\"; the declaration names the category alone");
  const reader who{&site, &texts_of(site).in("en"), nullptr, {}};
  std::vector<std::string> nameless;
  for (const category c : categories)
    for (const declared_cookie& cookie : declared_cookies(who, c))
      if (cookie.vendor == (*who.words)["cookies.vendor_unknown"]) nameless.push_back(cookie.name);
  if (!nameless.empty())
    out.push_back("/cookies: no \"vendor\" for " + list_of(nameless) +
                  ", whose data is sold or shared: consent to nobody in "
                  "particular is not informed");
}

void warn_of_exemptions(const config& site, std::vector<std::string>& out) {
  const policy& rules = site.policy;
  for (std::size_t i = 0; i < rules.exemption_count; ++i)
    for (std::size_t k = 0; k < rules.cookie_count; ++k)
      if (rules.cookies[k].shared && name_matches(rules.exemptions[i].name, rules.cookies[k].name))
        out.push_back("/exempt/" + std::to_string(i) + ": " + std::string(rules.cookies[k].name) +
                      " is sold or shared, so it is never exempt; with a processor contract say \"shared\": false");
}

void warn_of_languages(const config& site, std::vector<std::string>& out) {
  for (std::size_t i = 0; i < site.languages.size(); ++i)
    if (!texts_of(site).has_language(site.languages[i]))
      out.push_back("/notice/languages/" + std::to_string(i) + ": no texts in " + site.languages[i] +
                    "; its readers would be asked in English");
}

}  // namespace

std::vector<std::string> policy_warnings(const config& site, std::int64_t now) {
  const std::vector<const jurisdiction*> places = places_served(site, now);
  std::vector<std::string> out;
  if (site.contact.empty())
    out.push_back("/site/contact: missing; the notice and the policy text name nobody to turn to (GDPR Art. 13(1))");
  if (site.site_name == "This site") out.push_back("/site/name: missing; the notice does not say who asks");
  const std::string objecting = some_of(places, [](const jurisdiction& row) { return row.dnt_objects; });
  if (site.policy.dnt == dnt_policy::ignore && !objecting.empty())
    out.push_back("/signals/dnt: ignore, but in " + objecting +
                  " it can be an objection that binds (LG Berlin, 16 O 420/19); as_objection honours it there");
  const std::string asking = some_of(places, [](const jurisdiction& row) { return row.regime == regime::opt_in; });
  if (site.records.empty() && !asking.empty())
    out.push_back("/records/store: missing; a site that asks for consent must be able to prove it (GDPR Art. 7(1)): " +
                  asking);
  if (!site.records.empty() && site.retain_days == 0)
    out.push_back(
        "/records/retain_days: missing; records are kept for ever, and visitors must be told how long (GDPR Art. "
        "5(1)(e), "
        "13(2)(a))");
  if (site.shares_pages && site.geo != geo_source::fixed)
    out.push_back(
        "/caching: shared; every cache between the site and its visitors must set Abide-Regime from the visitor's "
        "country and pass no other value of it (middleware/caches.md), else everybody gets the strictest copy");
  if (!site.consent_domain.empty())
    out.push_back(
        "/consent/domain: every host of " + site.consent_domain +
        " can refuse for the visitor, or bring an older choice back (SECURITY.md); all of them must be yours");
  warn_of_languages(site, out);
  warn_of_exemptions(site, out);
  warn_of_cookies(site, out);
  return out;
}

}  // namespace abide::detail::cli
