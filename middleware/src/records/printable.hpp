#pragma once
// Texts of a store on a terminal: whoever can write the store must not be able to write to the screen.
#include <string>
#include <string_view>

namespace abide::detail {

/// The text with every control character, every direction mark and every byte that is no UTF-8 as `\xNN`.
std::string printable(std::string_view);

}  // namespace abide::detail
