#pragma once
// The visitor's record in a cookie of which only the server can write a grant, and everybody a refusal.
//   cookie-value = record "~" [ subject ] "~" serial "~" written "~" key-name "~" signature
//   record       = see sdk/include/abide/record.hpp
//   subject      = 16*64( ALPHA / DIGIT / "-" / "_" )     ; the visitor's pseudonym in the log
//   serial       = 1*15DIGIT                              ; when the log kept the choice, in milliseconds; 0: it did
//   not written      = 1*12DIGIT                              ; when this cookie was made, Unix seconds
// The signature covers the form, the scheme and the host too (signed_text), so that no cookie means something else
// elsewhere under the same keys. Earlier versions wrote `record ~ subject ~ key-name ~ signature`; that is still read.
//
// A signal has a cookie of its own, so that it and a choice, answered at the same time, do not overwrite each other. It
// only refuses, so nobody signs it:
//   cookie-value = record "~" written
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abide/record.hpp"
#include "policy/keys.hpp"

namespace abide::detail {

/// How old a cookie gets before a visit renews it. Browsers keep it for consent_cookie_days.
inline constexpr std::int64_t consent_renewal_days = 30;

/// Where a consent cookie counts.
struct cookie_realm {
  std::string_view host;  ///< or the domain, where the cookie is one of a whole domain
  bool secure = false;    ///< https
  bool is_domain = false;
  bool operator==(const cookie_realm&) const noexcept = default;
};

struct signed_choice {
  abide::record record;
  std::string subject;          ///< empty: nothing was recorded yet
  std::int64_t serial = 0;      ///< when the log kept it, in milliseconds; 0: it did not, or the cookie does not say
  std::int64_t written = 0;     ///< Unix seconds; 0: the cookie does not say
  bool is_newly_signed = true;  ///< by the newest key, in the newest form
};

/// A longer value is none that a site wrote.
inline constexpr std::size_t consent_value_max = record_text_max + 256;

/// What a cookie value says; nothing when it is forged, cut, or signed by a key that is gone.
std::optional<signed_choice> read_consent_cookie(std::string_view value, const cookie_realm&, const keys&);

/// What of any value counts without a signature: the refusals that it names. It holds no time of a choice and no
/// notice, so that the visitor is asked again.
std::optional<record> read_refusals(std::string_view value);

/// When a value of the form of a signal's cookie was written; 0: it does not say.
std::int64_t read_written(std::string_view value);

/// The Set-Cookie field that stores a choice for `days` (browsers cap it at 400); `written` tells its time.
std::string write_consent_cookie(std::string_view cookie_name, const signed_choice&, const cookie_realm&, const keys&,
                                 unsigned days);

/// The Set-Cookie field that remembers since when a signal opted the visitor out.
std::string write_signal_cookie(std::string_view cookie_name, std::int64_t since, source, std::int64_t written,
                                const cookie_realm&, unsigned days);

/// The Set-Cookie field of a cookie that scripts may read, and write.
std::string write_readable_cookie(std::string_view cookie_name, std::string_view value, const cookie_realm&,
                                  unsigned days);

/// The Set-Cookie field that ends a consent cookie.
std::string end_of_cookie(std::string_view cookie_name, const cookie_realm&);

}  // namespace abide::detail
