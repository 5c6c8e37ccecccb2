#pragma once
// How long a cookie lives, as lists of cookies write it.
#include <string>
#include <string_view>

namespace abide::detail::cli {

/// `2 Jahre`, `Sitzung`, `13mo`, `1 year 1 month 4 days` (400 days), `31536000 seconds` (365 days), as the policy file
/// writes it; in the languages of the headings. Empty: it says none, or it is not certain which.
std::string listed_lifetime(std::string_view cell);

}  // namespace abide::detail::cli
