#pragma once
// A text stored in the object itself unless it is long, so that usual requests need no allocation.
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace abide::detail {

template <std::size_t capacity>
class short_text {
 public:
  short_text() = default;

  void assign(std::string_view text) {
    size_ = text.size();
    if (size_ > capacity) long_ = text;
    else if (size_ > 0) std::memcpy(bytes_.data(), text.data(), size_);
  }

  /// Assigns the text with ASCII letters in lower case.
  void assign_lower(std::string_view text) {
    assign(text);
    char* const at = size_ > capacity ? long_.data() : bytes_.data();
    const std::size_t size = size_;
    for (std::size_t i = 0; i < size; ++i) at[i] = static_cast<char>(at[i] + (at[i] >= 'A' && at[i] <= 'Z' ? 32 : 0));
  }

  std::string_view view() const noexcept {
    return size_ > capacity ? std::string_view(long_) : std::string_view(bytes_.data(), size_);
  }
  bool empty() const noexcept { return size_ == 0; }

 private:
  std::size_t size_ = 0;
  std::array<char, capacity> bytes_;  // only the first size_ bytes are read
  std::string long_;
};

}  // namespace abide::detail
