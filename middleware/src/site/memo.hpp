#pragma once
// Recent classifications of cookies. A server sees the same names on every request; each is looked up once.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/filter.hpp"

namespace abide::detail {

/// Fixed size (about 60 KB), no heap. For one thread at a time. A newer name replaces an older one.
class memo {
 public:
  /// The result of `classify`, remembered for first-party cookies with short names and hosts. Forgets everything when
  /// called with another policy; a policy must not change in place.
  classification of(const policy&, const cookie_facts&) noexcept;

  /// For a filter; views the memo.
  abide::classifier classifier() noexcept;

 private:
  static constexpr std::size_t slot_count = 512, text_max = 72;
  struct slot {
    std::uint32_t turn = 0;  ///< the value of `turn_` when it was filled; 0: never
    std::uint8_t name_size = 0, host_size = 0;
    std::array<char, text_max> text{};  ///< the name, then the host
    classification what;
    bool holds(const cookie_facts&) const noexcept;
    void keep(const cookie_facts&, const classification&) noexcept;
  };
  void begin(const policy&) noexcept;

  const policy* policy_ = nullptr;
  std::uint32_t turn_ = 0;
  std::array<slot, slot_count> slots_{};
};

}  // namespace abide::detail
