#pragma once
// The twin: a cookie beside the signed one that scripts can read. It holds the server's last answer to this browser, so
// that a page that was printed earlier, or for everybody, obeys the current answer. The server never reads its value.
//   cookie-value = answer "." until     ; answer: see answer.hpp
//   until        = 1*6DIGIT          ; the day, counted from 1970, on which its grants lapse
#include <cstdint>
#include <string>

#include "abide/decision.hpp"
#include "abide/record.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// A regular expression for document.cookie. It matches while the twin holds this visitor's answer and no twin of
/// another domain or path holds another one; without consent cookies, while there is no twin. It never matches if the
/// page is the same for all visitors.
std::string expected_twin(const exchange&);

/// The Set-Cookie field of the twin of this record, under this decision.
std::string twin_cookie(const exchange&, const record&, const decision&);

/// Whether the twin is missing although there are consent cookies, or the other way round.
bool must_mend_twin(const exchange&) noexcept;
/// The Set-Cookie field that sets or deletes the twin accordingly.
std::string mended_twin(const exchange&);

}  // namespace abide::detail
