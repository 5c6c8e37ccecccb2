#pragma once
// The twin: a cookie that scripts can read, beside the signed one. It says what the server last answered this browser,
// so that a page that was printed before, or for everybody, obeys the answer of now. The server never reads what it
// says.
//   cookie-value = answer "." until     ; answer: see answer.hpp
//   until        = 1*6DIGIT          ; the day, counted from 1970, on which a grant in it lapses
#include <cstdint>
#include <string>

#include "abide/decision.hpp"
#include "abide/record.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// A regular expression that fits the cookies, as scripts see them, while the twin says what it should of this visitor,
/// and no twin of another domain or path says something else: or while there is none, where she has no consent cookies.
/// None fits where the page is the same for all visitors.
std::string expected_twin(const exchange&);

/// The Set-Cookie field of the twin of this record, under this decision.
std::string twin_cookie(const exchange&, const record&, const decision&);

/// Whether the twin of the browser's consent cookies is not there, or is there without them.
bool must_mend_twin(const exchange&) noexcept;
/// The Set-Cookie field that mends it.
std::string mended_twin(const exchange&);

}  // namespace abide::detail
