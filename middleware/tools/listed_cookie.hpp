#pragma once
// What lists say about cookies.
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tools/catalog_file.hpp"

namespace abide::detail::cli {

/// What a list says about one cookie. Empty: nothing.
struct listed_cookie {
  catalog_row row;  ///< `shared` counts only if the list says it
  std::string purpose, vendor_policy;
  bool says_shared = false;
};

struct cookie_list {
  std::vector<listed_cookie> cookies;
  std::map<std::string, std::vector<std::string>> unknown;  ///< names by unknown categories
  std::vector<std::string> odd_hosts;                       ///< names, with hosts that are not ASCII
  std::vector<std::string> odd_shares;                      ///< names, with what could not be read of sharing
  std::size_t nameless = 0;
};

}  // namespace abide::detail::cli
