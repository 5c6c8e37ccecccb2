#pragma once
// A record as a JSON text, for stores other than Abide's own.
#include <optional>
#include <string>
#include <string_view>

#include "abide/event.hpp"

namespace abide::detail {

/// The event by the column names of row.hpp, without the columns of a chain: `{"id":"...","subject":"...", ...}`.
std::string to_record_text(const consent_event&);

/// nullopt: to_record_text did not write the text, or a log would refuse the event.
std::optional<consent_event> parse_record_text(std::string_view);

}  // namespace abide::detail
