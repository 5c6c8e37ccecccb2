#pragma once
// The row of the table of jurisdictions that has a code.
#include <string_view>

#include "abide/jurisdiction.hpp"

namespace abide::detail {

/// Null: no row has exactly this code. find_jurisdiction, in contrast, gives every place the row that applies there.
inline const jurisdiction* find_row(std::string_view code) noexcept {
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    if (table.rows[i].code == code) return &table.rows[i];
  return nullptr;
}

}  // namespace abide::detail
