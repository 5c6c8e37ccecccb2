#pragma once
// One service of a category: a vendor, named by 32 bits of its name, so that a visitor can allow it by itself.
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/policy.hpp"

namespace abide {

/// The number of a vendor's name, the same in any case of ASCII letters. 0 stands for none: of the empty name only. No
/// two vendors of the catalog have one number, and a policy with two that do is refused (see config.hpp).
[[nodiscard]] ABIDE_API std::uint32_t service_id(std::string_view vendor) noexcept;

/// The vendor with that number, as the policy spells it, else as the catalog does; empty: neither knows it. It lives as
/// long as the policy's texts. Looks at every name: for pages and exports, not for each request.
[[nodiscard]] ABIDE_API std::string_view find_service(const policy&, std::uint32_t id) noexcept;

}  // namespace abide
