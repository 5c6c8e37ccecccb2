#pragma once
// What visitors chose last, remembered for a while.
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "abide/log.hpp"

namespace abide::detail {

/// What an event says of the visitor's choice; nothing: it is none.
std::optional<latest_choice> choice_in(const consent_event&);

/// Of a bounded number of visitors.
class choice_cache {
 public:
  using clock = std::chrono::steady_clock;
  explicit choice_cache(std::chrono::milliseconds age) : age_(age) {}

  /// What is known and neither too old nor older than what the asker has seen. Where the store cannot be asked: what is
  /// known, at any age.
  std::optional<latest_choice> find(const std::string& subject, std::int64_t time_ms, bool may_ask) const;
  /// Nothing newer is overwritten. `time_ms`: what the asker had seen, where it is an answer to a question.
  void put(const std::string& subject, const latest_choice&, std::int64_t time_ms = 0);

 private:
  static constexpr std::size_t size_max = 65536;
  struct entry {
    latest_choice said;
    std::int64_t time_ms = 0;  ///< it answers whoever has seen nothing newer
    clock::time_point read;
  };
  std::chrono::milliseconds age_;
  mutable std::mutex busy_;
  std::unordered_map<std::string, entry> entries_;
};

}  // namespace abide::detail
