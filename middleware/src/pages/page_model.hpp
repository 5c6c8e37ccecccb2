#pragma once
// The data from which Abide's own pages are rendered: one visitor, one decision, one language.
#include <cstdint>
#include <string>
#include <string_view>

#include "abide/config.hpp"
#include "abide/decision.hpp"
#include "html/content_policy.hpp"

namespace abide::detail {

class language;

/// Holds views, which must be valid until the page is rendered. `settings` and `decision` are never null.
struct page_model {
  const config* settings = nullptr;
  const abide::decision* decision = nullptr;
  const record* chosen = nullptr;    ///< null: no valid record
  std::string_view language = "en";  ///< a tag; English if there are no texts in it
  std::string_view consent_path = "/consent";
  std::string_view origin;             ///< goes before other paths of the site, where a <base> leads to another host
  std::string_view consent_cookie;     ///< its name on this connection; empty: the policy's name
  std::string_view return_path = "/";  ///< path and query to return to; anything else counts as `/`
  std::string_view css_url;            ///< of notice.css; the other style sheets are in the same folder
  inline_terms styles{false, {}};      ///< whether the CSS is inline, and with which nonce
  std::string_view theme_url;          ///< the site's own style sheet for the preference page; may be empty
  bool has_scripts = false;            ///< the browser files are beside notice.css
  bool saved = false;                  ///< the form was just submitted
  bool failed = false;                 ///< the choice could not be recorded: only its refusals apply
  bool has_receipt = false;            ///< the log holds records of this visitor
  bool is_copy = false;                ///< the page is the same for all visitors
  bool insert_settings_link = false;
  bool insert_withdraw = false;  ///< the page has no withdrawal button of its own
  std::int64_t now = 0;          ///< Unix seconds
};

/// For a visitor who has not chosen. Views its arguments.
page_model model_of_first_visit(const config&, const decision&, std::string_view language);

/// ` nonce="..."`; empty if there is no nonce.
void append_nonce(std::string& out, std::string_view nonce);

/// `<style>` if the page allows it, else `<link rel="stylesheet">`; for the end of the head.
std::string render_styles(const page_model&);

/// The URL of another file in the folder of notice.css.
std::string url_beside_css(const page_model&, std::string_view name);

/// The same for one of Abide's own pages, with the site's own style sheet as well.
std::string render_page_styles(const page_model&);

// Values that several pages derive from the model.
const detail::language& words_of(const page_model&) noexcept;
/// The site's name in the visitor's language; `This site` when the policy names none.
std::string_view site_name(const page_model&) noexcept;
/// `November 22, 2026`
std::string date_text(const page_model&, std::int64_t time);
/// `Rules applied: Germany. Optional cookies are used only after you allow them.`
std::string rules_line(const page_model&);
/// The link to a contact: a URL, or `mailto:` and an address; empty when it is neither.
std::string contact_url(const std::string& contact);
/// The label of the link to the preference page, by regime.
std::string_view settings_label(const page_model&) noexcept;
/// What the forms say about the version of the notice that they belong to: `-1`.
std::string form_version(const page_model&);
/// Categories as a phrase: `statistics, preferences and targeted ads`.
std::string purposes_text(const page_model&, category_set);
/// Whether sale, sharing and targeted ads are all refused, by the visitor or by an earlier opt-out.
bool is_opted_out(const decision&) noexcept;

}  // namespace abide::detail
