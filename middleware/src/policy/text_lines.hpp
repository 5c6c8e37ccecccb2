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

  /// Places are mostly asked for in order: the letters of a line are then counted once. A file may be a single line.
  text_place place(std::size_t byte) {
    byte = std::min(byte, text_.size());
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), byte);
    const std::size_t begin = *(after - 1);
    if (last_.byte < begin || last_.byte > byte) last_ = {begin, 0};
    const std::string_view more = text_.substr(last_.byte, byte - last_.byte);
    const auto starts_letter = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
    last_ = {byte, last_.letters + static_cast<std::size_t>(std::count_if(more.begin(), more.end(), starts_letter))};
    return {static_cast<std::size_t>(after - starts_.begin()), 1 + last_.letters};
  }

 private:
  struct counted {
    std::size_t byte = 0, letters = 0;  ///< those of its line before the byte
  };

  std::string_view text_;
  std::vector<std::size_t> starts_{0};
  counted last_;
};

}  // namespace abide::detail
