#pragma once
// The state that a page's module starts with, and that answers every choice made in place.
#include <string>

#include "pages/page_model.hpp"

namespace abide::detail {

/// The decision as JSON, safe inside a `<script>`. `allowed`, `allowedShared`: categories; `optedOut`,
/// `optedOutShared`: what of them stays after an opt-out, or under a signal that the decision did not see;
/// `allowedExempt`: vendors whose cookies are all exempt here and allowed; `allowedNames`: by category, patterns of
/// cookie names that are exempt here and allowed, unless they are shared; each absent when there is none; `status`: the
/// status line's title and text, or null. What `data-abide-when` may name: `chosen` (an explicit choice holds),
/// `granted` (a grant holds), `exception` (the signal is set aside), `exempt` (exempt cookies are in use, and the
/// status line says so), `objectable` (exempt cookies are in use).
std::string state_json(const page_model&);

/// What a page that is the same for all visitors states (wasm/gate/shared.js).
struct shared_state {
  std::string cookie;  ///< with a visitor's answer
  std::string key;     ///< what it must agree with
  bool dnt = false;
};

/// The same for a page that is kept: without what the gate takes for granted (false, null, only what is required,
/// `enforce`, `/consent`), and with `now`, the cookie that tells whether it still is the answer of now (site/twin.hpp).
/// `shared` is empty in a visitor's own page.
std::string printed_state_json(const page_model&, std::string_view now, const shared_state& shared);

/// The same with `reasons` and `reasonsShared`, by category: `rule` (D0 to D6), `why` and `law` (the clause), in
/// English.
std::string state_json_with_reasons(const page_model&);

}  // namespace abide::detail
