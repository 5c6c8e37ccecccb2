#pragma once
// A cache of the latest choices of visitors.
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "abide/log.hpp"

namespace abide::detail {

/// The choice in an event; nullopt: the event is not a choice.
std::optional<latest_choice> choice_in(const consent_event&);
/// When the event opted out by a signal, in milliseconds; 0: it did not.
std::int64_t signal_time(const consent_event&);

/// Caches a bounded number of visitors. Thread-safe.
class choice_cache {
 public:
  using clock = std::chrono::steady_clock;
  explicit choice_cache(std::chrono::milliseconds age) : age_(age) {}

  /// The cached choice if it is neither too old nor older than `time_ms`, which the caller has seen. If `may_ask` is
  /// false, the cached choice at any age.
  std::optional<latest_choice> find(const std::string& subject, std::int64_t time_ms, bool may_ask) const;
  /// Does not overwrite a newer choice. `time_ms`: for an answer to a query, the time that the caller had seen.
  void put(const std::string& subject, const latest_choice&, std::int64_t time_ms = 0);
  /// Adds an opt-out by a signal to a cached choice.
  void put_signal(const std::string& subject, std::int64_t signal_ms);

 private:
  static constexpr std::size_t size_max = 65536;
  struct entry {
    latest_choice said;
    std::int64_t time_ms = 0;  ///< valid for callers that have seen nothing newer
    clock::time_point read;
  };
  std::chrono::milliseconds age_;
  mutable std::mutex busy_;
  std::unordered_map<std::string, entry> entries_;
};

}  // namespace abide::detail
