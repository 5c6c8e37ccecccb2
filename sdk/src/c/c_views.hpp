#pragma once
// Converts texts and visitors between C and C++, for both C interfaces: abide.h and abide/site.h.
#include <string_view>

#include "abide/abide.h"
#include "abide/decision.hpp"

namespace abide::detail::c {

inline std::string_view view(abide_text text) noexcept {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}
inline abide_text text_of(std::string_view text) noexcept { return {text.data(), text.size()}; }

/// `from`: null if nothing is known about the visitor.
inline visitor to_visitor(const abide_visitor* from) noexcept {
  visitor v;
  if (!from) return v;
  v.known = from->known != 0;
  v.opted_out = from->opted_out != 0;
  if (from->age > 0) v.age = from->age;
  v.incentive_asked = from->incentive_asked != 0;
  v.incentive_kept = from->incentive_kept != 0;
  v.programme = view(from->programme);
  return v;
}

}  // namespace abide::detail::c
