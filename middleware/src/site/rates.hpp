#pragma once
// How often one visitor, one address and all together may ask for what is kept: token buckets, without locks.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "place/proxies.hpp"

namespace abide::detail {

/// Buckets by key, as many as there is room for: keys that share a slot share a bucket. A bucket holds a minute's
/// tokens and is filled again by so many a minute. Any thread.
class token_buckets {
 public:
  explicit token_buckets(unsigned per_minute) noexcept;
  /// Takes a token; false: none is left. `now` is in Unix seconds; where the clock goes back, the bucket is full again.
  bool take(std::uint64_t key, std::int64_t now) noexcept;

 private:
  static constexpr std::size_t slot_count = 4096;
  const std::int64_t interval_, most_;  ///< microseconds a token; of a whole bucket
  /// When the bucket will be full again, in microseconds (the generic cell rate algorithm, ITU-T I.371).
  std::array<std::atomic<std::int64_t>, slot_count> full_at_{};
};

/// Who asks. An address of a private network, or none, is a proxy's as often as a visitor's: it has no bucket of its
/// own.
struct asker {
  std::string_view subject;  ///< the visitor's pseudonym in the log; empty: none yet
  std::string_view address;
};

/// The buckets of one site: one request takes from that of the visitor, that of the address and that of the site.
class choice_rates {
 public:
  explicit choice_rates(unsigned per_minute);
  bool allow(const asker&, std::int64_t now) noexcept;

 private:
  static constexpr unsigned site_factor = 100;  ///< so many times as often as one visitor may ask all together
  std::uint64_t seed_;                          ///< so that nobody can choose whom to share a slot with
  trusted_proxies private_networks_;
  token_buckets each_, all_;
};

}  // namespace abide::detail
