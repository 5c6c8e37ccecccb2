#include "site/insertion.hpp"

#include "html/content_policy.hpp"
#include "policy/texts.hpp"
#include "site/memory.hpp"
#include "site/reading.hpp"

namespace abide::detail {
namespace {

// Several fields are several policies, and all of them hold.
std::string policies_of(const header_section& response) {
  std::string list;
  for_each_field(response, [&](std::string_view name, std::string_view value) {
    if (is_field<"Content-Security-Policy">(name)) list.append(list.empty() ? "" : ",").append(value);
  });
  return list;
}

const language& language_of(const exchange& v, const page_facts& page) {
  const std::string_view tag = page.language;
  return texts_of(v.site->settings).in(tag.empty() ? v.site->settings.languages.front() : tag);
}

/// `policies`: of the response and of the page, which all hold.
page_terms terms_of(const page_facts& page, std::string_view policies) {
  page_terms terms;
  if (page.has_unreadable_policy) {
    terms.styles = terms.scripts = {false, {}};
  } else {
    terms.styles = inline_terms_of(policies, "style-src");
    terms.scripts = inline_terms_of(policies, "script-src");
  }
  terms.links_to_settings = page.links;
  terms.places_withdraw = page.withdraw.size > 0;
  return terms;
}

}  // namespace

void insert_notice(const exchange& v, const header_section& response, const page_facts& page, page_kind kind,
                   std::string& body) {
  std::string policies = policies_of(response);
  if (!page.policies.empty()) policies.append(policies.empty() ? "" : ",").append(page.policies);
  page_terms terms = terms_of(page, policies);
  terms.is_frame = kind == page_kind::frame;
  const rendered& made = memory_of(*v.site).pages.of(v, language_of(v, page), terms);
  body = made.inserted_into(body, page, {v.target.view(), terms.styles.nonce, terms.scripts.nonce});
}

}  // namespace abide::detail
