#pragma once
// `caching: shared`: the copy of a page that all visitors of a regime share, and its validators.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abide/config.hpp"
#include "abide/decision.hpp"
#include "abide/headers.hpp"
#include "pages/browser_files.hpp"

namespace abide::detail {

/// The request field that chooses the copy: `opt_in`, `opt_out` or `notice`. Without it, or with another value, the
/// copy is the strictest one.
inline constexpr std::string_view regime_field = "Abide-Regime";

struct shared_copy {
  decision base;           ///< of a visitor about whom nothing is known
  std::string tag;         ///< appended to the entity tag of the original page
  bool is_chosen = false;  ///< by the request field
  bool counts_dnt = false;
  bool was_asked_for = false;  ///< the request names an entity tag of this copy
  std::string asked_for;       ///< an entity tag that was made from a date
  std::uint16_t named_by = 0;  ///< proxy fields that tell the site's address (forwarded_field_name)
};

/// A number for everything that is inserted into pages apart from the decision: files, texts, templates.
std::uint64_t fingerprint_of_insertions(const config&, const browser_files&, std::int64_t now);

/// The copy for a request. `fixed`: the place of all visitors; null: the request field tells the regime.
shared_copy copy_for(const config&, std::uint64_t insertions, const jurisdiction* fixed, const header_section& request,
                     std::int64_t now);

/// Translates this copy's entity tags into those of the original page. `only_pages`: an HTML response will be a page;
/// then all other validators belong to other copies and are dropped.
void translate_conditions(header_section& request, shared_copy&, bool only_pages);

/// Whether the request asks for the rest of what Abide has not changed: a browser continues a download as it opens a
/// page (`Sec-Fetch-Mode: navigate`). Pages with insertions have no strong validator (RFC 9110 section 8.8.1), or one
/// with a mark. The application sends a part only if the validator in If-Range is still right (section 13.1.5).
bool asks_for_rest(const header_section& request);

/// Sets the validators of a page with this copy's insertions, or of a 304 for one.
void mark_copy(header_section& response, const shared_copy&);

}  // namespace abide::detail
