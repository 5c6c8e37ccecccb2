#pragma once
// Counts in messages: `1 fault`, `2 faults`.
#include <cstdint>
#include <string>
#include <string_view>

namespace abide::detail::cli {

inline std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace abide::detail::cli
