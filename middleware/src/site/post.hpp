#pragma once
// Reads the form post of the notice and the preference page.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abide/choosing.hpp"

namespace abide::detail {

/// What a form post says; `objected` is the server's to fill in.
struct form : indication {
  bool from_settings = false;
  bool from_page = false;   ///< a button on one of the site's own pages, to which the reply leads back
  std::uint32_t shown = 0;  ///< the version of the notice that the visitor saw; 0: not told
  std::string return_path = "/";
  std::string language;  ///< of the page with the form; empty: not told
};

/// Reads application/x-www-form-urlencoded (WHATWG URL section 5.1), and what a page makes of the form that names
/// another encoding: multipart/form-data and text/plain. The body itself tells which: scripts and servers lose the
/// type. Nothing for a body that names no known wish.
///   choice=WISH ; the words of parse_wish. Without it the settings save what their switches show: Enter on a switch
///               ; presses the first button of the form, which has no name.
///   & grant=analytics & keep=functional & exception=targeting & from=banner-1|page|settings-1 & return=/path & lang=de
///   ; the number is the version of the notice, optional
///   & service=VENDOR ; for allow-service and withdraw-service, together with grant=CATEGORY
///   ; or gpc=1, from a page whose browser shows the signal to scripts only
std::optional<form> read_form(std::string_view body);

/// `a%20b+c` -> `a b c`; an invalid escape stays as it is.
std::string url_decoded(std::string_view);

/// The path with the query that shared copies leave out: that of the page in Referer, if the page has this path.
std::string with_query(std::string_view path, std::string_view referer);

/// The path on this site that a form value, as written in a query, leads back to; `/` for anything else.
std::string read_return_path(std::string_view escaped);

}  // namespace abide::detail
