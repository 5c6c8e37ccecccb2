#pragma once
// The rows of sdk/data/jurisdictions.tsv and the aliases of places.tsv, written by sdk/data/pack.cpp at build time.
#include "abide/jurisdiction.hpp"

namespace abide::data {

struct place_alias {
  std::string_view code, row;
};

extern const jurisdiction_table jurisdictions;  ///< sorted by code and first day; holds `ZZ`
extern const std::string_view version;          ///< day and checksum
extern const place_alias* const aliases;        ///< sorted by code
extern const std::size_t alias_count;

}  // namespace abide::data
