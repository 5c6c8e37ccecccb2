#pragma once
// One service of a category: a vendor, named by 32 bits of its name, so that a visitor can allow it by itself.
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/policy.hpp"

namespace abide {

/// The number of a vendor's name, the same in any case of ASCII letters; of `#` and eight hex digits that number, as
/// `write_service_id` writes it. 0 stands for none. No two vendors of the catalog have one number.
[[nodiscard]] ABIDE_API std::uint32_t service_id(std::string_view vendor) noexcept;

/// The vendor with that number, as the policy spells it, else as the catalog does; empty: neither knows it. It lives as
/// long as the policy's texts. Looks at every name: for pages and exports, not for each request.
[[nodiscard]] ABIDE_API std::string_view find_service(const policy&, std::uint32_t id) noexcept;

/// Writes `#` and eight hex digits into `out` (9 bytes): the name of a service that find_service does not know any
/// more.
ABIDE_API void write_service_id(std::uint32_t id, char* out) noexcept;

}  // namespace abide
