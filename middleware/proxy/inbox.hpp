#pragma once
// Bytes that were received and not used yet.
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace abide::detail::proxy {

class inbox {
 public:
  /// `size`: its initial size; `most`: the most that it holds at once.
  inbox(std::size_t size, std::size_t most) : room_(new char[size]), size_(size), most_(most) {}

  std::string_view bytes() const noexcept { return {room_.get() + begin_, end_ - begin_}; }
  void take(std::size_t count) noexcept {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// Removes the bytes before `rest`, which is the end of bytes().
  void take_until(std::string_view rest) noexcept { take(bytes().size() - rest.size()); }
  void received(std::size_t count) noexcept { end_ += count; }

  /// Room for more bytes; moves the bytes that it has. Empty: it is full.
  std::span<char> room() {
    if (end_ == size_ && begin_ > 0) {
      std::memmove(room_.get(), room_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == size_ && size_ < most_) grow();
    return {room_.get() + end_, size_ - end_};
  }

 private:
  void grow() {
    const std::size_t size = size_ * 2 < most_ ? size_ * 2 : most_;
    std::unique_ptr<char[]> larger(new char[size]);
    std::memcpy(larger.get(), room_.get(), end_);
    room_ = std::move(larger);
    size_ = size;
  }

  std::unique_ptr<char[]> room_;
  std::size_t size_, most_, begin_ = 0, end_ = 0;
};

}  // namespace abide::detail::proxy
