#pragma once
// Retention: deletes from the start of each chain what is over for long enough, a slice a transaction, so that saves go
// on. So do counts of signals, by their minutes. In two steps, since a clock that is wrong for a moment must not cost a
// record: what is over is noted first, and deleted a day or more later. Time goes no further than the newest record.
#include <cstdint>
#include <string>
#include <vector>

#include "records/store.hpp"

namespace abide::detail {

inline constexpr std::uint64_t retention_slice = 5000;
inline constexpr std::int64_t retention_wait_ms = 86'400'000;

struct retained {
  std::uint64_t deleted = 0;      ///< records
  std::uint64_t counts = 0;       ///< rows of signals counted
  bool is_noted = false;          ///< what is over was noted now, for a run a day later
  std::vector<std::string> told;  ///< what the operator should know
  bool any() const noexcept { return deleted + counts > 0; }
};

/// One step: deletes at most a slice of each chain, and the anchor moves with it; or notes what is over, where nothing
/// was noted for so many days, or a day has passed and all that was noted is gone. Throws store_error.
retained retain_step(store&, unsigned days, std::int64_t now_ms, const keys*);

/// Steps until nothing more is deleted.
retained retain_all(store&, unsigned days, std::int64_t now_ms, const keys*);

/// The clock was set: what was noted is noted anew, and its day begins again.
void forget_noted(store&);

}  // namespace abide::detail
