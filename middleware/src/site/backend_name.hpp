#pragma once
// The field that tells an application in another process of the decision.
#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"

namespace abide::detail {

inline constexpr std::string_view backend_field_name = "Abide-Consent";

/// Whether CGI and similar interfaces take the name for the field: they ignore letter case, and turn every character
/// except letters and digits into `_`.
inline bool is_backend_field(std::string_view name) noexcept {
  if (name.size() != backend_field_name.size()) return false;
  return std::ranges::equal(name, backend_field_name, [](char sent, char known) {
    return known == '-' ? !ascii_text::is_alphanumeric(sent) : ascii_text::lower(sent) == ascii_text::lower(known);
  });
}

}  // namespace abide::detail
