#pragma once
// The form of a text for a number: the plural rules of Unicode CLDR for whole numbers, by name.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::detail {

/// The number of forms that a text has under a rule (`east_slavic`: 3); 0 for an unknown rule.
std::size_t plural_forms(std::string_view rule) noexcept;

/// The form for a number, counted from 0 in CLDR's order (zero, one, two, few, many, other); a rule has only the forms
/// that it distinguishes. An unknown rule counts as `one_other`.
std::size_t plural_form(std::string_view rule, std::uint32_t number) noexcept;

/// Piece `n` of a text with `|` between its pieces; the last one if there are fewer.
std::string_view piece_of(std::string_view text, std::size_t n) noexcept;

}  // namespace abide::detail
