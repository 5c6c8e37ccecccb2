#pragma once
// The visitor's record in a cookie that only the server can write.
//   cookie-value = record "~" key-name "~" signature      ; record: sdk/include/abide/record.hpp
// The signature covers the host too, so that a cookie of one site under the same keys is no choice on another.
#include <optional>
#include <string>
#include <string_view>

#include "abide/record.hpp"
#include "keys.hpp"

namespace abide {

/// `__Host-NAME` on HTTPS, where browsers enforce the prefix; `NAME` else.
std::string consent_cookie_name(std::string_view name, bool secure);

/// The record of a cookie value; nothing when it is forged, cut, or signed by a key that is gone.
std::optional<record> read_consent_cookie(std::string_view value, std::string_view host, const keys&);

/// The Set-Cookie field that stores the record for `days` (browsers cap it at 400).
std::string write_consent_cookie(std::string_view cookie_name, const record&, std::string_view host, const keys&,
                                 bool secure, unsigned days);

}  // namespace abide
