#include "site/rates.hpp"

#include <algorithm>
#include <random>

#include "policy/address_range.hpp"
#include "site/mixed.hpp"

namespace abide::detail {
namespace {

constexpr std::int64_t microseconds_a_minute = 60'000'000, microseconds_a_second = 1'000'000;

/// The part of an address that identifies a visitor: all of IPv4, the first 64 bits of IPv6.
std::string_view told_apart(const std::array<std::uint8_t, 16>& address) noexcept {
  constexpr std::array<std::uint8_t, 12> v4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool is_v4 = std::equal(v4.begin(), v4.end(), address.begin());
  return {reinterpret_cast<const char*>(address.data()), is_v4 ? address.size() : 8};
}

std::uint64_t random_seed() {
  std::random_device random;
  return static_cast<std::uint64_t>(random()) << 32 | random();
}

}  // namespace

token_buckets::token_buckets(unsigned per_minute) noexcept
    : interval_(microseconds_a_minute / std::max(per_minute, 1u)), most_(interval_ * std::max(per_minute, 1u)) {}

bool token_buckets::take(std::uint64_t key, std::int64_t now) noexcept {
  std::atomic<std::int64_t>& slot = full_at_[key % slot_count];
  now *= microseconds_a_second;
  std::int64_t before = slot.load(std::memory_order_relaxed);
  for (;;) {
    const bool is_past = before < now || before > now + most_;
    const std::int64_t after = (is_past ? now : before) + interval_;
    if (after > now + most_) return false;
    if (slot.compare_exchange_weak(before, after, std::memory_order_relaxed)) return true;
  }
}

choice_rates::choice_rates(unsigned per_minute)
    : seed_(random_seed()),
      private_networks_({"loopback", "link_local", "private"}),
      each_(per_minute),
      all_(per_minute * site_factor) {}

std::uint64_t choice_rates::key_of(std::string_view address) const noexcept {
  const auto bytes = read_address_bytes(address);
  if (!bytes || private_networks_.trust(address)) return 0;
  return mixed(seed_ + 1, told_apart(*bytes)) | std::uint64_t{1} << 63;
}

bool choice_rates::allow(const asker& who, std::int64_t now) noexcept {
  if (!who.subject.empty() && !each_.take(mixed(seed_, who.subject), now)) return false;
  if (who.address != 0 && !each_.take(who.address, now)) return false;
  return all_.take(0, now);
}

}  // namespace abide::detail
