#pragma once
// A refusal outlives the application's Clear-Site-Data. Browsers obey `"cookies"` after they stored what the same
// response sets (Clear Site Data, section 4.1), so the response cannot store the refusal again: the next request does,
// at an own address that bears it.
//   address = consent-path "/kept?" until "~" record "~" key-name "~" signature "~" [ where-to ]
// The record is what everybody may write, refusals, without pseudonym: who cleared cookies is no longer known.
#include <optional>
#include <string>
#include <string_view>

#include "abide/headers.hpp"
#include "abide/record.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// Where the response ends a refusal: leads its redirect over the address that keeps it, or has a page fetch it.
/// Redirects that a form is posted on with stay, as do addresses that are relative or longer than 1 KB. True: the
/// response is now this visitor's alone, and must not be stored.
bool keep_refusal(const exchange&, unsigned status, header_section& response);

/// What an address of that form says.
struct kept_refusal {
  abide::record record;
  std::string where_to;  ///< empty: a page fetches it
  bool is_late = false;  ///< the redirect holds, the record does not
};
/// Nothing where the site did not make the address, unless it leads to the site's own paths.
std::optional<kept_refusal> read_kept(const exchange&, std::string_view target);

}  // namespace abide::detail
