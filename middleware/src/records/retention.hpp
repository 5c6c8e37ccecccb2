#pragma once
// Retention: deletes expired records from the start of each chain, one slice per transaction, so that saves continue;
// also old counts of signals. Works in two steps, so that a clock that is wrong for a moment costs no record: expired
// records are noted first and deleted a day or more later. The current time counts only up to the newest record.
#include <cstdint>
#include <string>
#include <vector>

#include "records/store.hpp"

namespace abide::detail {

inline constexpr std::uint64_t retention_slice = 5000;
inline constexpr std::int64_t retention_wait_ms = 86'400'000;

struct retained {
  std::uint64_t deleted = 0;      ///< records
  std::uint64_t counts = 0;       ///< rows of signal counts
  bool is_noted = false;          ///< expired records were noted, for a run a day later
  std::vector<std::string> told;  ///< warnings for the operator
  bool any() const noexcept { return deleted + counts > 0; }
};

/// One step: deletes at most a slice of each chain and moves the anchor; or notes expired records, if nothing was noted
/// for `days`, or if a day has passed and everything noted is deleted. Throws store_error.
retained retain_step(store&, unsigned days, std::int64_t now_ms, const keys*);

/// Repeats the step until nothing more is deleted.
retained retain_all(store&, unsigned days, std::int64_t now_ms, const keys*);

/// Call it when the clock was set: drops the note, so that the two steps begin again.
void forget_noted(store&);

}  // namespace abide::detail
