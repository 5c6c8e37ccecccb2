#pragma once
// Lists of cookies that others keep and publish.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/catalog_file.hpp"

namespace abide::detail::cli {

/// What a list says of one cookie. Empty: nothing.
struct listed_cookie {
  catalog_row row;  ///< `shared` counts only where the list says it
  std::string purpose, vendor_policy;
  bool says_shared = false;
};

struct cookie_list {
  std::vector<listed_cookie> cookies;
  std::map<std::string, std::vector<std::string>> unknown;  ///< names by categories that nobody here knows
  std::size_t nameless = 0;
};

/// CSV with a comma, a semicolon or a tab between its cells and headings in any letter case: the Open Cookie Database,
/// and what people made of it. JSON: any nesting of objects and lists in which objects have a cookie's name; its
/// category and its vendor stand beside the name, or are the name of a list that it is in. Throws config_error where no
/// cookie is found.
cookie_list read_cookie_list(const std::string& file);

}  // namespace abide::detail::cli
