// What the policy says of the site itself.
#include "policy/texts.hpp"
#include "tools/prose.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {

void look_at_site(look& at) {
  const config& site = at.site;
  if (site.contact.empty())
    at.warn("/site/contact", "missing; the notice and the policy text name no contact (GDPR Art. 13(1))");
  if (site.site_name == "This site") at.warn("/site/name", "missing; the notice does not name the site");
  if (site.gpc_updated > date_of(at.now))
    at.warn("/site/gpc_updated",
            site.gpc_updated + " is in the future, but /.well-known/gpc.json would publish it as the last update");
  if (site.policy.mode == mode::observe)
    at.warn("/mode", "observe; no cookies are removed, whatever the notice says and visitors choose");
  if (!site.insert_notice && site.layout != notice_layout::bar)
    at.warn("/notice/layout", "has no effect; the pages place the notice themselves (/notice/insert)");
  if (site.shares_pages && site.geo != geo_source::fixed)
    at.warn("/caching",
            "shared; every cache between the site and its visitors must set Abide-Regime by the visitor's country and "
            "remove any other value (middleware/caches.md); otherwise every visitor gets the strictest copy");
}

void look_at_languages(look& at) {
  const std::vector<std::string>& languages = at.site.languages;
  for (std::size_t i = 0; i < languages.size(); ++i)
    if (!texts_of(at.site).has_language(languages[i]))
      at.warn("/notice/languages/" + std::to_string(i),
              "no texts in " + languages[i] + "; visitors with this language get the English texts");
}

}  // namespace abide::detail::cli
