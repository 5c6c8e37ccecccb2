#pragma once
// Texts of a store for a terminal: someone who can write the store must not control the terminal.
#include <string>
#include <string_view>

namespace abide::detail {

/// The text with control characters, direction marks and invalid UTF-8 bytes as `\xNN`.
std::string printable(std::string_view);

}  // namespace abide::detail
