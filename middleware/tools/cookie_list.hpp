#pragma once
// Reads lists of cookies that others maintain and publish.
#include <string>

#include "tools/listed_cookie.hpp"

namespace abide::detail::cli {

/// Reads CSV with any separator, with or without a title, with headings in the languages of list_headings.hpp: the Open
/// Cookie Database, reports of consent tools, and files made from them. Reads JSON, or one JSON value per line, with
/// any nesting of objects and lists in which objects have a cookie's name; category and vendor are members beside the
/// name, or the key of an enclosing value. UTF-8, UTF-16 or Windows-1252. Throws config_error if no cookie is found.
cookie_list read_cookie_list(const std::string& file);

}  // namespace abide::detail::cli
