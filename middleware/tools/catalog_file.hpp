#pragma once
// The readable catalog (sdk/data/catalog.tsv).
#include <string>
#include <string_view>
#include <vector>

#include "abide/catalog.hpp"

namespace abide::detail::cli {

struct catalog_row {
  std::string name, host, vendor, lifetime, source;
  abide::category category = category::targeting;
  bool shared = true;
  int confidence = 0;
  std::size_t line = 0;
};

/// Reads catalog.tsv. Throws config_error with file and line.
std::vector<catalog_row> read_catalog(const std::string& file);

/// One line of catalog.tsv.
std::string line_of(const catalog_row&);

/// The bytes of a file. Throws config_error.
std::string read_whole(const std::string& file);

}  // namespace abide::detail::cli
