#pragma once
// The visitor's record in a cookie. Only the server can write a grant; anybody can write a refusal.
//   cookie-value = record "~" [ subject ] "~" serial "~" written "~" key-name "~" signature
//   record       = see sdk/include/abide/record.hpp
//   subject      = 16*64( ALPHA / DIGIT / "-" / "_" )     ; the visitor's pseudonym in the log
//   serial       = 1*15DIGIT                              ; when the log stored the choice, in ms; 0: it did not
//   written      = 1*12DIGIT                              ; when this cookie was made, Unix seconds
// The signature also covers the form, the scheme and the host (signed_text), so a cookie means nothing elsewhere under
// the same keys. Earlier versions wrote `record ~ subject ~ key-name ~ signature`; that form is still read.
//
// A signal has its own cookie. A signal and a choice that are answered at the same time therefore do not overwrite each
// other. This cookie can only refuse, so it is not signed:
//   cookie-value = record "~" written
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abide/record.hpp"
#include "policy/keys.hpp"

namespace abide::detail {

/// The age at which a visit renews a cookie. Browsers keep it for consent_cookie_days.
inline constexpr std::int64_t consent_renewal_days = 30;

/// Where a consent cookie counts.
struct cookie_realm {
  std::string_view host;  ///< or the domain, for a cookie of a whole domain
  bool secure = false;    ///< https
  bool is_domain = false;
  bool operator==(const cookie_realm&) const noexcept = default;
};

struct signed_choice {
  abide::record record;
  std::string subject;          ///< empty: nothing was recorded yet
  std::int64_t serial = 0;      ///< when the log stored it, in milliseconds; 0: it did not, or the cookie does not say
  std::int64_t written = 0;     ///< Unix seconds; 0: the cookie does not say
  bool is_newly_signed = true;  ///< by the newest key and in the newest form
};

/// The record as the cookie holds it: see write_record.
std::string text_of(const record&);

/// No site writes a longer value.
inline constexpr std::size_t consent_value_max = record_text_max + 256;

/// Reads a cookie value; nothing if it is forged, truncated, or signed by a key that no longer exists.
std::optional<signed_choice> read_consent_cookie(std::string_view value, const cookie_realm&, const keys&);

/// Reads the refusals in any value, which count without a signature. The result has no time of a choice and no notice,
/// so the visitor is asked again.
std::optional<record> read_refusals(std::string_view value);

/// When the value of a signal's cookie was written; 0: it does not say.
std::int64_t read_written(std::string_view value);

/// The Set-Cookie field that stores a choice for `days` (browsers cap it at 400), with the time `written`.
std::string write_consent_cookie(std::string_view cookie_name, const signed_choice&, const cookie_realm&, const keys&,
                                 unsigned days);

/// The Set-Cookie field that remembers since when a signal has opted the visitor out.
std::string write_signal_cookie(std::string_view cookie_name, std::int64_t since, source, std::int64_t written,
                                const cookie_realm&, unsigned days);

/// The Set-Cookie field of a cookie that scripts may read and write.
std::string write_readable_cookie(std::string_view cookie_name, std::string_view value, const cookie_realm&,
                                  unsigned days);

/// The Set-Cookie field that deletes a consent cookie.
std::string end_of_cookie(std::string_view cookie_name, const cookie_realm&);

}  // namespace abide::detail
