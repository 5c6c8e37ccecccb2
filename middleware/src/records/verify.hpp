#pragma once
// Finds what was edited, removed or put in another order, and says which.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "records/store.hpp"

namespace abide::detail {

struct chain_fault {
  std::uint64_t chain = 0, number = 0;  ///< number 0: not one record
  std::string what;
};

/// What a chain holds now.
struct chain_summary {
  std::uint64_t chain = 0, first = 0, last = 0, deleted = 0;  ///< deleted: by retention, up to this number
  std::string head;                                           ///< hash of the stored head
};

struct verification {
  std::vector<chain_summary> chains;
  std::vector<chain_fault> findings;  ///< at most findings_max
  std::uint64_t finding_count = 0, records = 0, signed_records = 0;
  std::int64_t first_ms = 0, last_ms = 0;
};

inline constexpr std::size_t findings_max = 1000;

/// Reads the whole store. Without keys the chain is checked but not who wrote it: whoever can write the store could
/// have made it anew. `kept`: heads of an earlier verification, kept elsewhere; they show a cut-off end even then.
verification verify(store&, const keys*, std::span<const chain_place> kept = {});

/// `2026-11-22T10:00:00.123Z`
std::string time_text(std::int64_t time_ms);

}  // namespace abide::detail
