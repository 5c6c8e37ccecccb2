#pragma once
// The available pieces of a body, and their framing on the way out.
#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <string_view>

#include "proxy/framing.hpp"

namespace abide::detail::proxy {

/// One write: optionally a head, pieces of a body as one chunk or unframed, and the end.
class outgoing {
 public:
  void head(std::string_view text) { add(text); }

  /// Removes the available pieces from the front of `bytes`, as far as there is room.
  void gather(body_reader& from, std::string_view& bytes, bool as_chunk) {
    const std::size_t mark = count_;
    if (as_chunk) count_ += 1;  // its size is added when it is known
    std::size_t total = 0;
    while (count_ + 3 < parts_.size()) {
      const std::string_view piece = from.next(bytes);
      if (piece.empty()) break;
      add(piece);
      total += piece.size();
    }
    size_ += total;
    if (!as_chunk) return;
    if (total == 0) count_ = mark;
    else end_chunk(mark, total);
  }
  void chunk(std::string_view text) {
    if (text.empty()) return;
    const std::size_t mark = count_++;
    add(text);
    size_ += text.size();
    end_chunk(mark, text.size());
  }
  void plain(std::string_view text) {
    add(text);
    size_ += text.size();
  }
  void last_chunk() { add("0\r\n\r\n"); }

  std::span<const std::string_view> parts() const noexcept { return {parts_.data(), count_}; }
  bool empty() const noexcept { return count_ == 0; }
  /// The number of body bytes.
  std::size_t size() const noexcept { return size_; }

 private:
  void add(std::string_view text) {
    if (!text.empty()) parts_[count_++] = text;
  }
  void end_chunk(std::size_t mark, std::size_t total) {
    char* const end = std::to_chars(line_.data(), line_.data() + line_.size() - 2, total, 16).ptr;
    end[0] = '\r';
    end[1] = '\n';
    parts_[mark] = {line_.data(), static_cast<std::size_t>(end + 2 - line_.data())};
    add("\r\n");
  }

  std::array<std::string_view, 20> parts_;
  std::array<char, 24> line_;
  std::size_t count_ = 0, size_ = 0;
};

}  // namespace abide::detail::proxy
