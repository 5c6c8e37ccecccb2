#pragma once
// The form post of the notice and the preference page: what it says.
#include <optional>
#include <string>
#include <string_view>

#include "abide/choosing.hpp"

namespace abide::detail {

/// What a form post says; `objected` is the server's to fill in.
struct form : indication {
  bool from_page = false;  ///< a button on the site's own page: the way leads back there
  std::string return_path = "/";
  std::string language;  ///< of the page the form stood on; empty: not told
};

/// Reads application/x-www-form-urlencoded (WHATWG URL section 5.1). Nothing for a body that names no known wish.
///   choice=WISH ; the words of parse_wish
///   & grant=analytics & keep=functional & exception=targeting & from=banner|page|settings & return=/path & lang=de
///   & service=VENDOR ; of allow-service and withdraw-service, which grant=CATEGORY goes with
///   ; or gpc=1, from a page whose browser shows the signal to scripts only
std::optional<form> read_form(std::string_view body);

/// `a%20b+c` -> `a b c`; an escape that is none stays as it is.
std::string url_decoded(std::string_view);

/// The path that a form value, as written in a query, leads back to on this site; `/` for any other.
std::string read_return_path(std::string_view escaped);

}  // namespace abide::detail
