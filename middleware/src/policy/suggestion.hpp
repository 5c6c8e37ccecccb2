#pragma once
// What the author probably meant: the nearest known word, or Abide's word for another tool's.
#include <string>
#include <string_view>
#include <vector>

#include "policy/shapes.hpp"

namespace abide::detail {

/// `; did you mean "targeting"?`; empty if `meant` is empty. `quote` may be empty.
std::string did_you_mean(std::string_view meant, std::string_view quote = "\"");

/// The nearest word, if it is near enough: one slip in three letters. Empty: none.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

/// The same, also for words of other tools (`marketing`: targeting). Empty: none.
std::string_view meant_word(std::string_view word, const std::vector<std::string_view>& known);

/// A correction of the text that fits the shape (`https://shop.example/`: shop.example). Empty: none.
std::string meant_text(std::string_view text, const shape& wanted);

}  // namespace abide::detail
