#pragma once
// What an application in another process is told of the decision.
#include <string>
#include <string_view>

#include "abide/decision.hpp"
#include "abide/headers.hpp"
#include "abide/record.hpp"

namespace abide::detail {

inline constexpr std::string_view backend_field_name = "Abide-Consent";

/// `required, analytics=?0, functional, targeting=?0, sharing=?0, gpc, chosen=?0, regime=opt_in, place=US-CA`, a
/// dictionary of RFC 8941: a key alone is true.
std::string backend_field(const decision&, const record* chosen);

/// Whether CGI and its heirs take it for the field: letter case is lost there, and every sign but letters and digits
/// becomes `_`.
bool is_backend_field(std::string_view name) noexcept;

/// Takes out every field that would be taken for it.
void strip_backend_field(header_section& request);

}  // namespace abide::detail
