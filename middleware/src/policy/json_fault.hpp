#pragma once
// What is wrong where a text stops being JSON, in words for whoever wrote it.
#include <cstddef>
#include <string>
#include <string_view>

namespace abide::detail {

struct json_fault {
  std::size_t at = 0;  ///< the byte where it is put right
  std::string why;
  std::string instead;  ///< as many bytes, with which the rest can be read; empty: nothing sure
};

/// How far a parser came in a text.
struct parsed_part {
  std::string_view text;
  std::size_t good;    ///< bytes up to the end of the last value, key or bracket
  std::size_t read;    ///< bytes up to the fault
  std::size_t opened;  ///< where the object or list begins that it is in; npos: in none
};

/// Of what the parser refused, with its message.
json_fault fault_of(const parsed_part&, std::string_view message);

}  // namespace abide::detail
