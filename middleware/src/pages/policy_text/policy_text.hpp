#pragma once
// What a site's privacy policy says of cookies, choices and signals, made from the very policy the site runs on.
#include <cstdint>

#include "pages/declaration.hpp"
#include "pages/policy_text/document.hpp"

namespace abide::detail {

/// Parts of the text, to be combined.
enum policy_part : std::uint8_t {
  part_signals = 1,
  part_cookies = 2,
  part_choices = 4,
  part_declaration = 8,  ///< a table for each category
  part_all = 15
};

/// The parts for one place, or for every place with a section for each region. `level` is that of the headings, 1 to 4;
/// `now`, in Unix seconds, is the day whose law counts.
document policy_text(const reader&, unsigned parts, int level, std::int64_t now);

}  // namespace abide::detail
