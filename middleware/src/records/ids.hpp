#pragma once
// Names that nobody can guess or link: record ids.
#include <cstdint>
#include <string>

namespace abide::detail {

/// A UUIDv7 (RFC 9562 section 5.7) of this millisecond: later ones sort after earlier ones of the same process.
std::string new_record_id(std::int64_t time_ms);

/// Milliseconds since 1970, UTC.
std::int64_t now_ms() noexcept;

}  // namespace abide::detail
