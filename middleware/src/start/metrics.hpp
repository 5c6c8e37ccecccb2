#pragma once
// What a server that runs Abide counts: numbers that name nobody, in the text format of Prometheus.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "abide/records.hpp"
#include "abide/site.hpp"

namespace abide::detail::counting {

/// Every thread may add and read; in shared memory, every process. Memory that is zero is a counter at zero.
class counter {
 public:
  void add(std::uint64_t more = 1) noexcept { value_.fetch_add(more, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How long something took.
class durations {
 public:
  static constexpr std::array bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};

  void add(std::chrono::steady_clock::duration) noexcept;

  std::array<counter, bounds.size() + 1> counts;  ///< up to each bound, and beyond the last
  counter microseconds;
};

/// Of one thread, or of several processes.
struct metrics {
  std::array<counter, 6> answers;  ///< by the status' first digit; 0: none, the connection ended
  std::array<std::array<std::array<counter, 2>, 3>, 3> decisions;  ///< regime; none, GPC, DNT; without, with a choice
  std::array<counter, 4> hidden, withheld;                         ///< by category
  counter notices;                                                 ///< pages that asked
  std::array<counter, 5> choices;                                  ///< by save_status
  counter unrecorded;                                              ///< choices where the site keeps no records
  durations requests, saves;

  void add_answer(unsigned status, std::chrono::steady_clock::duration) noexcept;
  void add_exchange(const visit&, bool asked) noexcept;
  void add_save(save_status, std::chrono::steady_clock::duration) noexcept;
};

/// The text of all these numbers, and of the log as it is now (null: the site keeps none).
std::string text_of(std::span<const metrics* const>, const records*);
inline constexpr std::string_view text_type = "text/plain; version=0.0.4; charset=utf-8";

/// `{"status":"ok","store":"ok"}`. A store that is `away` costs visitors who save, and nobody else.
std::string health_of(const records*);

}  // namespace abide::detail::counting
