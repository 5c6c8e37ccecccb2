#pragma once
// What cookie names were classified as lately. A server sees the same names on every request: each is looked up once.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/policy.hpp"

namespace abide {

/// Fixed size (about 45 KB), no heap. For one thread at a time; a newer name takes an older one's place.
class memo {
 public:
  /// Forgets all unless it was begun with the same policy and host.
  void begin(const policy&, std::string_view host) noexcept;

  /// Forgets all. Needed when the policy changed, or another one may stand at its address.
  void forget() noexcept { policy_ = nullptr; }

  /// The answer of `classify` for a first-party cookie of this name on the host. Lives until the next call.
  const classification& of(std::string_view name) noexcept;

 private:
  static constexpr std::size_t slot_count = 512, name_max = 40, host_max = 64;
  struct slot {
    std::uint32_t turn = 0;  ///< of `turn_` when it was filled; 0: never
    std::uint8_t size = 0;
    std::array<char, name_max> name{};
    classification what;
  };

  const policy* policy_ = nullptr;
  std::array<char, host_max> host_{};
  std::size_t host_size_ = 0;
  std::uint32_t turn_ = 0;
  std::string_view asked_;  ///< the host of this use
  classification long_;     ///< of a name that fits no slot
  std::array<slot, slot_count> slots_{};
};

}  // namespace abide
