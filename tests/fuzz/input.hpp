#pragma once
// A fuzzer's bytes, consumed from the front. `must` aborts on a broken promise.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

class input {
 public:
  input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto b = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return b;
  }
  bool flag() { return (byte() & 1u) != 0; }
  std::int64_t number() {
    std::uint64_t n = 0;
    for (int i = 0; i < 8; ++i) n = n << 8 | byte();
    return static_cast<std::int64_t>(n);
  }
  /// Up to the next newline.
  std::string_view line() {
    const std::size_t end = rest_.find('\n');
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return taken;
  }
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

inline void must(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

/// Whether a view lies within the text that it was read from.
inline bool within(std::string_view text, std::string_view view) {
  return view.empty() || (view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size());
}

/// A copy of exactly the input's size, so that the sanitizer sees every read beyond its end.
struct exact_copy {
  explicit exact_copy(std::string_view from) : size(from.size()), bytes(new char[from.size()]) {
    for (std::size_t i = 0; i < size; ++i) bytes[i] = from[i];
  }
  ~exact_copy() { delete[] bytes; }
  exact_copy(const exact_copy&) = delete;
  std::string_view view() const { return {bytes, size}; }
  std::size_t size;
  char* bytes;
};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
