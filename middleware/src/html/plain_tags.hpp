#pragma once
// Skips the tags of a body that only open and close paragraphs, blocks and formatting: most of a page.
#include <cstddef>
#include <string_view>

#include "html/open_elements.hpp"

namespace abide::detail {

/// Skips plain tags and the text between them, from the `<` at `at`. Returns the offset of the first `<` that needs the
/// tokenizer, or the size of the chunk. Only for bodies outside svg, math and templates, in which text does not matter.
std::size_t skip_plain_tags(std::string_view chunk, std::size_t at, open_elements& open) noexcept;

}  // namespace abide::detail
