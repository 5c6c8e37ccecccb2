#pragma once
// Lets a refusal survive the application's Clear-Site-Data. Browsers obey `"cookies"` after they have stored the
// cookies of the same response (Clear Site Data, section 4.1), so this response cannot store the refusal again. The
// next request does, at an address of Abide's that holds it.
//   address = consent-path "/kept?" until "~" record "~" key-name "~" signature "~" [ where-to ]
// The record holds refusals only, which anybody may write, and no pseudonym: a visitor who cleared cookies is unknown.
#include <optional>
#include <string>
#include <string_view>

#include "abide/headers.hpp"
#include "abide/record.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// If the response deletes a refusal: sends its redirect through the address that keeps it, or lets a page load that
/// address. Redirects that repeat a form post are left alone, and so are locations over 1 KB. True:
/// the response now belongs to this visitor and must not be stored.
bool keep_refusal(const exchange&, unsigned status, header_section& response);

/// What such an address says.
struct kept_refusal {
  abide::record record;
  std::string where_to;  ///< empty: a page loads it
  bool is_late = false;  ///< the redirect is valid, the record is not
};
/// Nothing if the site did not make the address, unless it leads to a path of the site.
std::optional<kept_refusal> read_kept(const exchange&, std::string_view target);

}  // namespace abide::detail
