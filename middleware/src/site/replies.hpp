#pragma once
// The replies of Abide's own resources, and the reading of their targets.
#include <string>
#include <string_view>

#include "abide/site.hpp"
#include "base/text_list.hpp"
#include "pages/page_model.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// `/a?b#c` -> `/a`
std::string_view path_of(std::string_view target) noexcept;
/// The value of a query parameter, as written; empty when there is none.
std::string_view parameter(std::string_view target, std::string_view name) noexcept;

own_reply reply(unsigned status, std::string type, std::string body);
/// A page with the Content-Security-Policy and the other fields of Abide's own pages. `has_script`: the policy allows
/// own.mjs.
own_reply page_reply(unsigned status, std::string html, std::string_view cache_control, bool has_script = false);
/// Plain text, never cached.
own_reply failure(unsigned status, std::string text);
/// The same as a page in the visitor's language with a way back, if the client accepts pages. It shows the text of the
/// key `title`, and that of `text` unless empty.
own_reply failure_page(const exchange&, std::string_view target, const header_section& request, unsigned status,
                       std::string plain, std::string_view title, std::string_view text = {});
/// Such a page for a client that is known to accept pages. `back`: the path of its link.
own_reply failure_page_in(const exchange&, std::string_view language, std::string_view back, unsigned status,
                          std::string_view title, std::string_view text);
bool wants_page(const header_section& request);

void add_set_cookies(own_reply&, const text_list&);

/// The wanted language if the site has it, else the one of its languages that fits Accept-Language best.
std::string language_among(const exchange&, std::string_view wanted, const header_section& request);
/// The path to which a page leads back: `?return=`.
std::string return_path_of(std::string_view target, const header_section& request);
/// The language of a page, which `?lang=` may name.
std::string page_language(const exchange&, std::string_view target, const header_section& request);
page_model make_page_model(const exchange&, std::string_view language, std::string_view css_url);
std::string css_url_of(const exchange&);

/// The state as JSON under this decision.
own_reply state_reply(const exchange&, const decision&, const record* chosen, std::string_view language,
                      bool with_reasons = false);

/// What the preference page was asked for, and what it is to tell.
struct preferences_facts {
  std::string language, return_path;
  bool saved = false, failed = false;
};
own_reply preferences_reply(const exchange&, const preferences_facts&, const decision&, const record* chosen);

}  // namespace abide::detail
