#pragma once
// Rate limits for requests that use the log: per visitor, per address and for the whole site. Lock-free token buckets.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "place/proxies.hpp"

namespace abide::detail {

/// A fixed number of buckets; keys that share a slot share a bucket. A bucket holds the tokens of one minute and is
/// refilled at that rate. Thread-safe.
class token_buckets {
 public:
  explicit token_buckets(unsigned per_minute) noexcept;
  /// Takes a token; false: none is left. `now` is in Unix seconds. If the clock goes back, the bucket is full again.
  bool take(std::uint64_t key, std::int64_t now) noexcept;

 private:
  static constexpr std::size_t slot_count = 4096;
  const std::int64_t interval_, most_;  ///< microseconds per token; per full bucket
  /// When each bucket will be full again, in microseconds (the generic cell rate algorithm, ITU-T I.371).
  std::array<std::atomic<std::int64_t>, slot_count> full_at_{};
};

/// Who asks.
struct asker {
  std::string_view subject;   ///< the visitor's pseudonym in the log; empty: none yet
  std::uint64_t address = 0;  ///< see choice_rates::key_of
};

/// The buckets of one site. A request takes a token from the bucket of its visitor, of its address and of the site.
class choice_rates {
 public:
  explicit choice_rates(unsigned per_minute);
  /// The key of an address; 0: a private or missing one, which may be that of a proxy, has no bucket.
  std::uint64_t key_of(std::string_view address) const noexcept;
  bool allow(const asker&, std::int64_t now) noexcept;

 private:
  static constexpr unsigned site_factor = 100;  ///< the site's rate, as a multiple of one visitor's
  std::uint64_t seed_;                          ///< so that nobody can choose whose slot to share
  trusted_proxies private_networks_;
  token_buckets each_, all_;
};

}  // namespace abide::detail
