#pragma once
// Counts for visitors without a pseudonym: signals by minute and place, notices by day and place. Nothing else is
// stored.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "abide/event.hpp"

namespace abide::detail {

struct signal_key {
  std::int64_t start = 0;  ///< the first second of the minute or the day, Unix time
  std::string place;       ///< code of the jurisdiction's row
  std::string_view what;   ///< a signal's source, or notice_mark and a layout, as stored; static lifetime
  auto operator<=>(const signal_key&) const = default;
};

inline constexpr std::string_view notice_mark = "notice:";

signal_key key_of(const signal_sighting&);
signal_key key_of(const notice_view&);
std::string_view layout_in(std::string_view what);  ///< empty for a signal

/// Counts not yet in the store. Used by one thread at a time.
class signal_counts {
 public:
  using map = std::map<signal_key, std::uint64_t>;
  /// Returns false if there is no room for another key. Existing keys can always be counted.
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
  static constexpr std::size_t size_max = 16'384;  ///< an hour and more of all places, while the store is unreachable
  map counts_;
};

}  // namespace abide::detail
