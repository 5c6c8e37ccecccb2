#pragma once
// Lists of cookies that others keep and publish.
#include <string>

#include "tools/listed_cookie.hpp"

namespace abide::detail::cli {

/// CSV with any mark between its cells, behind a title or none, with headings in the languages of list_headings.hpp:
/// the Open Cookie Database, reports of consent tools, and what people made of them. JSON, or one value a line: any
/// nesting of objects and lists in which objects have a cookie's name; its category and its vendor stand beside the
/// name, or are the name of what it is in. UTF-8, UTF-16 or Windows-1252. Throws config_error where no cookie is found.
cookie_list read_cookie_list(const std::string& file);

}  // namespace abide::detail::cli
