#pragma once
// Which form of a text goes with a number: the plural rules of Unicode CLDR for whole numbers, by name.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::detail {

/// How many forms a text has under a rule (`east_slavic`: 3); 0 when there is no such rule.
std::size_t plural_forms(std::string_view rule) noexcept;

/// The form that goes with a number, counted from 0, in CLDR's order (zero, one, two, few, many, other; a rule has only
/// those it tells apart). An unknown rule counts as `one_other`.
std::size_t plural_form(std::string_view rule, std::uint32_t number) noexcept;

/// Form or piece `n` of a text with `|` between them; the last one when it has fewer.
std::string_view piece_of(std::string_view text, std::size_t n) noexcept;

}  // namespace abide::detail
