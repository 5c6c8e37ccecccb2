#pragma once
// The tables, step by step: a store of version n has had the first n steps.
#include <span>
#include <string_view>

namespace abide::detail {

std::span<const std::string_view> sqlite_schema() noexcept;
std::span<const std::string_view> postgres_schema() noexcept;

inline constexpr int sqlite_application_id = 0x41424944;  ///< `ABID`: tells our files from other people's

}  // namespace abide::detail
