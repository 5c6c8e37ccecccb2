#pragma once
// The tables, as migration steps: a store of version n has had the first n steps.
#include <span>
#include <string_view>

namespace abide::detail {

std::span<const std::string_view> sqlite_schema() noexcept;
std::span<const std::string_view> postgres_schema() noexcept;

/// The version since which rows beside the chains are sealed (side.hpp).
inline constexpr int sealed_version = 3;
/// The version since which signals are counted.
inline constexpr int counting_version = 4;

inline constexpr int sqlite_application_id = 0x41424944;  ///< `ABID`: identifies Abide's files

}  // namespace abide::detail
