#pragma once
// Lines and columns of a text.
#include <algorithm>
#include <string_view>
#include <vector>

#include "policy/finding.hpp"

namespace abide::detail {

class text_lines {
 public:
  /// Views the text.
  explicit text_lines(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size(); ++at)
      if (text[at] == '\n') starts_.push_back(at + 1);
  }

  text_place place(std::size_t byte) const {
    byte = std::min(byte, text_.size());
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), byte);
    const std::size_t line = static_cast<std::size_t>(after - starts_.begin());
    const std::string_view before = text_.substr(starts_[line - 1], byte - starts_[line - 1]);
    const auto starts_letter = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
    return {line, 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(), starts_letter))};
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_{0};
};

}  // namespace abide::detail
