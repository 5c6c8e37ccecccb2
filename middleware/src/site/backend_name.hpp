#pragma once
// The field in which an application in another process is told of the decision.
#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"

namespace abide::detail {

inline constexpr std::string_view backend_field_name = "Abide-Consent";

/// Whether CGI and its heirs take it for the field: letter case is lost there, and every sign but letters and digits
/// becomes `_`.
inline bool is_backend_field(std::string_view name) noexcept {
  if (name.size() != backend_field_name.size()) return false;
  return std::ranges::equal(name, backend_field_name, [](char sent, char known) {
    return known == '-' ? !ascii_text::is_alphanumeric(sent) : ascii_text::lower(sent) == ascii_text::lower(known);
  });
}

}  // namespace abide::detail
