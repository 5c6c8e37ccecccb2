#pragma once
// The form post of the notice and the preference page: who may send it and what it says.
#include <optional>
#include <string>
#include <string_view>

#include "abide/category.hpp"
#include "abide/headers.hpp"

namespace abide {

/// What a form post asks for.
enum class wish { accept_all, reject_all, save, opt_out, withdraw, object, undo, signal };

struct form {
  abide::wish wish = wish::reject_all;
  // Of `save`; a category in none of the three is denied.
  category_set granted;
  category_set kept;      ///< the visitor left it as it was
  category_set excepted;  ///< granted by a visitor who was told that the signal says otherwise
  category_set objected;  ///< of `object`: where exempt cookies are in use; the server's to fill in
  bool from_banner = false;
  bool from_page = false;  ///< a button on the site's own page: the way leads back there
  std::string return_path = "/";
  std::string language;  ///< of the page the form stood on; empty: not told
};

/// Whether the browser says that the page which sends the request is of the same origin as the request (Fetch Metadata,
/// else Origin, else Referer). A request with none of them comes from no browser that could be lured: it may pass.
bool is_same_origin(const header_section&, std::string_view host_with_port);

/// Reads application/x-www-form-urlencoded (WHATWG URL section 5.1). Nothing for a body that names no known wish.
///   choice=accept-all|reject-all|save|opt-out|withdraw|object|undo
///       ; withdraw: every grant; object: to exempt cookies; undo: takes an informed exception back
///   & grant=analytics & keep=functional & exception=targeting & from=banner|page|settings & return=/path & lang=de
///   ; or gpc=1, from a page whose browser shows the signal to scripts only
std::optional<form> read_form(std::string_view body);

}  // namespace abide
