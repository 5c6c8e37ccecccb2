#pragma once
// One service of a category: a vendor, identified by a 32-bit number, so that a visitor can allow it individually.
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/policy.hpp"

namespace abide {

/// The number of a vendor's name, whatever the case of ASCII letters. `#` and eight hex digits, as `write_service_id`
/// writes them, give that number. Empty: 0, no service. All vendors of the catalog have different numbers.
[[nodiscard]] ABIDE_API std::uint32_t service_id(std::string_view vendor) noexcept;

/// The vendor with that number, as the policy or else the catalog spells it; empty: unknown to both. Valid as long as
/// the policy's texts. Scans every name: use it for pages and exports, not for each request.
[[nodiscard]] ABIDE_API std::string_view find_service(const policy&, std::uint32_t id) noexcept;

/// Writes `#` and eight hex digits into `out` (9 bytes): the name of a service that find_service no longer finds.
ABIDE_API void write_service_id(std::uint32_t id, char* out) noexcept;

}  // namespace abide
