#pragma once
// The two cookie header fields, read as browsers read them (draft-ietf-httpbis-rfc6265bis).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "abide/api.h"

namespace abide {

/// One cookie of a Cookie field. Views into the field value: valid as long as that is.
struct cookie_pair {
  std::string_view name;   ///< empty for a piece without `=`: such a cookie is nameless (CK-12)
  std::string_view value;  ///< quotes are part of it
};

/// Walks a Cookie field value, which must outlive the walk. A request may hold several fields: walk each of them
/// (CK-11).
///   cookie-string = [ cookie-pair ] *( ";" [ OWS ] cookie-pair )     ; empty pieces are skipped
class ABIDE_API cookie_walk {
 public:
  explicit cookie_walk(std::string_view field) noexcept : rest_(field) {}
  /// False at the end. `next` is then unchanged.
  bool next(cookie_pair& next) noexcept;

 private:
  std::string_view rest_;
};

/// The SameSite attribute.
enum class same_site : std::uint8_t { unset, none, lax, strict };

/// One Set-Cookie field. Views into the field value: valid as long as that is. The last attribute of a kind wins, also
/// where it cannot be read (CK-15).
struct set_cookie {
  std::string_view name, value;
  std::string_view domain;              ///< without a leading dot; empty: host-only
  std::string_view path;                ///< as written; empty: the default path of the URL
  std::optional<std::int64_t> max_age;  ///< seconds; clamped to 400 days above (CK-4)
  std::optional<std::int64_t> expires;  ///< Unix seconds by the clock of the response's Date field, where it has one
  bool secure = false, http_only = false, partitioned = false;
  abide::same_site same_site = same_site::unset;
};

/// Reads a Set-Cookie field value. Any bytes give an answer; `why_rejected` says whether a browser would store it.
///   set-cookie-string = cookie-pair *( ";" OWS cookie-av )
[[nodiscard]] ABIDE_API set_cookie parse_set_cookie(std::string_view field) noexcept;

/// Its `domain` alone, for those who need no more.
[[nodiscard]] ABIDE_API std::string_view parse_cookie_domain(std::string_view set_cookie_field) noexcept;

/// Whether the cookie has expired at `now`, so that the field deletes it: Max-Age <= 0, or without Max-Age an Expires
/// in the past. `now`: Unix seconds; the time of the response's Date field, where it has one (CK-23).
[[nodiscard]] ABIDE_API bool deletes(const set_cookie&, std::int64_t now) noexcept;

/// Room that `write_deletion` needs.
constexpr std::size_t deletion_size_max(std::size_t field_size) noexcept { return field_size + 80; }

/// Writes the Set-Cookie field that deletes what this field would set or delete, and bears no value: the name,
/// Max-Age=0, and what says which cookie it is and where it may come from. `out` must not overlap the field and must
/// hold deletion_size_max(field.size()) bytes. Returns the length.
[[nodiscard]] ABIDE_API std::size_t write_deletion(std::string_view field, char* out) noexcept;

/// The place a Set-Cookie came from, for `why_rejected`.
struct cookie_origin {
  std::string_view host;  ///< lower case, without port
  bool secure = true;     ///< https (or a loopback host, which browsers trust)
};

/// Why a browser refuses the cookie (CK-5, CK-6, CK-7, CK-16), in a few words; empty when it stores it.
/// Public suffixes are not judged here: that needs a list, which the middleware has.
[[nodiscard]] ABIDE_API std::string_view why_rejected(std::string_view field, const set_cookie&,
                                                      const cookie_origin&) noexcept;

/// Unix seconds of a cookie date (rfc6265bis section 5.1.1, as tolerant as browsers); nothing when it is no date.
[[nodiscard]] ABIDE_API std::optional<std::int64_t> parse_cookie_date(std::string_view) noexcept;

/// Whether `host` is `domain` or one of its sub-domains (rfc6265bis section 5.1.3); IP addresses match only themselves.
[[nodiscard]] ABIDE_API bool domain_matches(std::string_view host, std::string_view domain) noexcept;

}  // namespace abide
