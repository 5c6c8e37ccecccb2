#include "site/insertion.hpp"

#include "html/content_policy.hpp"
#include "html/page_insert.hpp"
#include "policy/texts.hpp"
#include "site/memory.hpp"
#include "site/reading.hpp"
#include "site/rendered.hpp"

namespace abide {
namespace {

// Several fields are several policies, and all of them hold.
std::string policies_of(const header_section& response) {
  std::string list;
  for_each_field(response, [&](std::string_view name, std::string_view value) {
    if (is_field(name, "Content-Security-Policy")) list.append(list.empty() ? "" : ",").append(value);
  });
  return list;
}

const language& language_for(const exchange& v, std::string_view html) {
  const std::string_view tag = language_of_page(html);
  return texts_of(v.site->settings).in(tag.empty() ? v.site->settings.languages.front() : tag);
}

page_terms terms_of(const exchange& v, std::string_view html, std::string_view policies) {
  page_terms terms;
  if (policies.empty() && has_policy_of_its_own(html)) {
    terms.styles = terms.scripts = {false, {}};
  } else {
    terms.styles = inline_terms_of(policies, "style-src");
    terms.scripts = inline_terms_of(policies, "script-src");
  }
  terms.links_to_settings = links_to(html, v.site->settings.consent_path);
  terms.places_withdraw = html.find(withdraw_mark) != std::string_view::npos;
  return terms;
}

}  // namespace

void insert_notice(const exchange& v, const header_section& response, std::string& body) {
  const std::string policies = policies_of(response);
  const page_terms terms = terms_of(v, body, policies);
  const language& words = language_for(v, body);
  memory& remembered = memory_of(*v.site);
  const rendered& made = remembered.pages.of(v, words, terms);
  insert(body, made.filled({v.target.view(), terms.styles.nonce, terms.scripts.nonce}, remembered.page_room));
}

}  // namespace abide
