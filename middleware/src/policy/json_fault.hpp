#pragma once
// Explains why a text is not JSON, in words for its author.
#include <cstddef>
#include <string>
#include <string_view>

namespace abide::detail {

struct json_fault {
  std::size_t at = 0;  ///< the byte where the text can be corrected
  std::string why;
  std::string instead;  ///< the correction, with as many bytes; empty: no certain one
};

/// How far a parser got in a text.
struct parsed_part {
  std::string_view text;
  std::size_t good;    ///< bytes up to the end of the last value, key or bracket
  std::size_t read;    ///< bytes up to the fault
  std::size_t opened;  ///< where the object or list begins that the fault is in; npos: in none
};

/// The fault for what the parser refused with this message.
json_fault fault_of(const parsed_part&, std::string_view message);

}  // namespace abide::detail
