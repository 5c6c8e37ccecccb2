#pragma once
// Signals of visitors who have no pseudonym and get none: how many by minute, place and signal, and nothing else.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "abide/event.hpp"

namespace abide::detail {

struct signal_key {
  std::int64_t minute = 0;  ///< its first second, Unix time
  std::string place;        ///< code of the jurisdiction's row
  source from = source::none;
  auto operator<=>(const signal_key&) const = default;
};

/// What was counted and is not yet in the store. Of one thread at a time.
class signal_counts {
 public:
  using map = std::map<signal_key, std::uint64_t>;
  /// False: there is no room for another minute, place or signal.
  bool add(signal_key of, std::uint64_t count = 1) {
    const auto at = counts_.find(of);
    if (at == counts_.end() && counts_.size() >= size_max) return false;
    if (at == counts_.end()) counts_.emplace(std::move(of), count);
    else at->second += count;
    return true;
  }
  bool empty() const noexcept { return counts_.empty(); }
  map take() noexcept { return std::exchange(counts_, {}); }

 private:
  static constexpr std::size_t size_max = 16'384;  ///< an hour and more of all places, while the store is away
  map counts_;
};

}  // namespace abide::detail
