#pragma once
// Retention: deletes from the start of each chain what is over for long enough, a slice a transaction, so that saves go
// on.
#include <cstdint>

#include "records/store.hpp"

namespace abide::detail {

inline constexpr std::uint64_t retention_slice = 5000;

/// The moment before which a record must have been over.
std::int64_t retention_end(unsigned days, std::int64_t now_ms) noexcept;

/// Deletes at most a slice of each chain; the anchor moves with it. Returns how many. Throws store_error.
std::uint64_t retain_slice(store&, std::int64_t end_ms, const keys*);

}  // namespace abide::detail
