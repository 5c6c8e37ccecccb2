#pragma once
// What a browser sends: form fields, query strings and cookies.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "http.hpp"

namespace firwick {

using fields = std::map<std::string, std::string, std::less<>>;

/// `a=1&b=x+y%21`, from a query string or an urlencoded body.
fields form_fields(std::string_view encoded);

/// The field, or an empty text.
std::string_view value_of(const fields&, std::string_view name);

/// The first cookie with that name.
std::optional<std::string> cookie_of(const request&, std::string_view name);

struct cookie {
  std::string_view name;
  std::string value;
  long max_age = 0;  ///< seconds; 0: until the browser closes; negative: delete it
  bool http_only = true;
};

/// Adds a Set-Cookie. `secure`: visitors reach the shop over HTTPS.
void set_cookie(response&, const cookie&, bool secure);

}  // namespace firwick
