#pragma once
// Which events a log takes, and what it adds to them.
#include <string>
#include <string_view>

#include "abide/event.hpp"

namespace abide::detail {

bool is_subject(std::string_view) noexcept;
inline constexpr std::string_view subject_expected = "subject: expected 16 to 64 characters of [0-9A-Za-z_-]";

/// Empty, or why the event cannot be stored: `subject: expected ...`.
std::string why_refused(const consent_event&);

/// Sets the id and, where they are missing, the time and the hash of the notice.
void complete(consent_event&);

}  // namespace abide::detail
