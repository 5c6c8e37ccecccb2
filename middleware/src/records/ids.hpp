#pragma once
// Record ids, which cannot be guessed or linked.
#include <cstdint>
#include <string>

namespace abide::detail {

/// A UUIDv7 (RFC 9562 section 5.7) for this time; within a process, later ones sort after earlier ones.
std::string new_record_id(std::int64_t time_ms);

/// Milliseconds since 1970-01-01, UTC.
std::int64_t now_ms() noexcept;

}  // namespace abide::detail
