#pragma once
// The server's answer to a visitor, in a dozen bytes, for scripts.
//   answer       = own shared exempt flags notice "-" regime "-" version *( "_" service )
//   own, shared, exempt = HEXDIG     ; the allowed categories, by bit; exempt: those in use as exempt
//   flags        = 2HEXDIG           ; chosen 1, granted 2, exception 4, exempt 8, objectable 16, a signal counts 32
//   notice, regime = DIGIT           ; the numbers of middleware/words
//   version      = 1*9DIGIT          ; of the notice
//   service      = HEXDIG 1*7base36  ; allowed by itself: its category, plus 8 if it may share too, and its number
//                                    ; (service_id). Pages that all visitors share ask the server for its name
#include <string>

#include "abide/decision.hpp"
#include "abide/policy.hpp"

namespace abide::detail {

/// The answer of a decision.
std::string answer_of(const decision&, const policy&);

/// The part of an answer that must match on a page that is the same for all visitors.
std::string answer_key_of(const decision&, const policy&);

}  // namespace abide::detail
