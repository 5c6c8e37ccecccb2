#pragma once
// Several texts, built one after another in one buffer.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

class text_list {
 public:
  /// Append the next text to this, then call keep or drop.
  std::string& next() noexcept { return bytes_; }
  void keep() { ends_.push_back(bytes_.size()); }
  void drop() { bytes_.resize(kept_size()); }
  std::string_view written() const noexcept { return std::string_view(bytes_).substr(kept_size()); }

  void add(std::string_view text) {
    bytes_.append(text);
    keep();
  }
  /// Reserves room for this many texts and bytes.
  void reserve(std::size_t texts, std::size_t bytes) {
    ends_.reserve(texts);
    bytes_.reserve(bytes);
  }
  /// Removes the texts and keeps the memory.
  void clear() noexcept {
    bytes_.clear();
    ends_.clear();
  }

  std::size_t size() const noexcept { return ends_.size(); }
  std::string_view operator[](std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.data() + begin, ends_[i] - begin};
  }

 private:
  std::size_t kept_size() const noexcept { return ends_.empty() ? 0 : ends_.back(); }

  std::string bytes_;
  std::vector<std::size_t> ends_;
};

}  // namespace abide::detail
