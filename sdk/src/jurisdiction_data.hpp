#pragma once
// The rows of sdk/data/jurisdictions.tsv and the aliases of places.tsv, written by sdk/data/pack.cpp at build time.
#include "abide/jurisdiction.hpp"

namespace abide::detail::data {

inline constexpr std::size_t code_size_max = 6;  // CC-RRR

/// A code as a number, in the same order as the codes.
constexpr std::uint64_t key_of(std::string_view code) noexcept {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < code_size_max; ++i)
    key = key << 8 | (i < code.size() ? static_cast<unsigned char>(code[i]) : 0u);
  return key;
}

struct place_alias {
  std::uint64_t code, row;  ///< keys
};

extern const jurisdiction_table jurisdictions;  ///< sorted by code and first day; holds `ZZ`
extern const std::uint64_t* const keys;         ///< keys of the rows' codes, in the order of the rows
extern const std::string_view version;          ///< date and checksum
extern const place_alias* const aliases;
extern const std::size_t alias_count;

}  // namespace abide::detail::data
