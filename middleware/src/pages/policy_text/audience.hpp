#pragma once
// Readers whom the policy treats alike, because the law of their places does.
#include <cstdint>
#include <string>
#include <vector>

#include "pages/declaration.hpp"

namespace abide::detail {

enum class region : std::uint8_t { eea, gb, ch, us, other, unknown };
region region_of(const jurisdiction&) noexcept;

struct audience {
  detail::region region = region::other;
  std::string name;                       ///< of the region or the places, in the reader's language
  std::vector<const jurisdiction*> rows;  ///< never empty
};

/// The reader's place alone, or every place of the table, grouped by region and by what is on before a choice. Laws not
/// in force at `now` are left out.
std::vector<audience> audiences(const reader&, std::int64_t now);

/// The place whose rules every visitor gets under this policy; null: each visitor's own.
const jurisdiction* place_of_everyone(const config&, std::int64_t now) noexcept;

/// The place's name in the reader's language.
std::string_view name_in(const language&, const jurisdiction&) noexcept;

/// `France, Italy and Spain`
std::string listed(const language&, const std::vector<std::string>& words);

}  // namespace abide::detail
