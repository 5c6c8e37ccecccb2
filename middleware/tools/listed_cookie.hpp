#pragma once
// What lists say of cookies.
#include <cstddef>
#include <map>
#include <string>
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

}  // namespace abide::detail::cli
