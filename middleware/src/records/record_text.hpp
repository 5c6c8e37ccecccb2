#pragma once
// A record as one JSON text: for stores that are not Abide's.
#include <optional>
#include <string>
#include <string_view>

#include "abide/event.hpp"

namespace abide::detail {

/// The event by the column names of row.hpp, without what belongs to a chain: `{"id":"...","subject":"...", ...}`.
std::string to_record_text(const consent_event&);

/// nullopt: not such a text, or one of another's making that a log would refuse.
std::optional<consent_event> parse_record_text(std::string_view);

}  // namespace abide::detail
