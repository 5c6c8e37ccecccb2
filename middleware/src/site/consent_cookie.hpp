#pragma once
// The visitor's record in a cookie that only the server can write.
//   cookie-value = record "~" [ subject ] "~" key-name "~" signature      ; record: sdk/include/abide/record.hpp
//   subject      = 16*64( ALPHA / DIGIT / "-" / "_" )                     ; the visitor's pseudonym in the log
// The signature covers the host too, so that a cookie of one site under the same keys is no choice on another.
#include <optional>
#include <string>
#include <string_view>

#include "abide/record.hpp"
#include "policy/keys.hpp"

namespace abide::detail {

struct signed_choice {
  abide::record record;
  std::string subject;  ///< empty: nothing was recorded yet
};

/// What a cookie value says; nothing when it is forged, cut, or signed by a key that is gone.
std::optional<signed_choice> read_consent_cookie(std::string_view value, std::string_view host, const keys&);

/// The Set-Cookie field that stores it for `days` (browsers cap it at 400).
std::string write_consent_cookie(std::string_view cookie_name, const signed_choice&, std::string_view host, const keys&,
                                 bool secure, unsigned days);

}  // namespace abide::detail
