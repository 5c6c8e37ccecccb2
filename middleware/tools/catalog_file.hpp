#pragma once
// The readable catalog (sdk/data/catalog.tsv), and lists of cookies that others publish.
#include <optional>
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

/// Reads catalog.tsv. Throws config_error, with file and line.
std::vector<catalog_row> read_catalog(const std::string& file);

/// Reads the Open Cookie Database (CSV, its own columns or name_pattern, domain, ...) or a declaration (JSON: a list of
/// cookies, or an object with `cookies`; each with name, category, and if known host or domain, vendor or provider).
std::vector<catalog_row> read_list(const std::string& file);

/// One line of catalog.tsv.
std::string line_of(const catalog_row&);

/// What a word for a category means in the lists of the field (necessary, statistics, C0003, ...).
std::optional<abide::category> category_meant(std::string_view word);

}  // namespace abide::detail::cli
