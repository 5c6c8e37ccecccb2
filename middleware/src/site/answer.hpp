#pragma once
// What the server answered a visitor, in a dozen bytes, for scripts.
//   answer       = own shared exempt flags notice "-" regime "-" version *( "_" service )
//   own, shared, exempt = HEXDIG     ; the categories that are allowed, by bit; exempt: and in use as such
//   flags        = 2HEXDIG           ; chosen 1, granted 2, exception 4, exempt 8, objectable 16, a signal counts 32
//   notice, regime = DIGIT           ; by the numbers of middleware/words
//   version      = 1*9DIGIT          ; of the notice
//   service      = HEXDIG 1*7base36  ; allowed by itself: its category, plus 8 where that holds for what it shares too;
//   its
//                                    ; number (service_id). Pages that all visitors share ask the server for its name
#include <string>

#include "abide/decision.hpp"
#include "abide/policy.hpp"

namespace abide::detail {

/// The answer that a decision is.
std::string answer_of(const decision&, const policy&);

/// What of an answer a page that is the same for all visitors must agree with.
std::string answer_key_of(const decision&, const policy&);

}  // namespace abide::detail
