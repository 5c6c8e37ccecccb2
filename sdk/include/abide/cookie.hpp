#pragma once
// The two cookie header fields, read as browsers read them (draft-ietf-httpbis-rfc6265bis).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "abide/api.h"

namespace abide {

/// One cookie of a Cookie field. Views the field value.
struct cookie_pair {
  std::string_view name;   ///< empty for a piece without `=`, a nameless cookie (CK-12)
  std::string_view value;  ///< includes quotes
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

/// One Set-Cookie field. Views the field value. The last attribute of a kind wins, even if it cannot be parsed (CK-15).
struct set_cookie {
  std::string_view name, value;
  std::string_view domain;              ///< without a leading dot; empty: host-only
  std::string_view path;                ///< as written; empty: the default path of the URL
  std::optional<std::int64_t> max_age;  ///< seconds; at most 400 days (CK-4)
  std::optional<std::int64_t> expires;  ///< Unix seconds; compare with the response's Date field if it has one
  bool secure = false, http_only = false, partitioned = false;
  abide::same_site same_site = same_site::unset;
};

/// Parses a Set-Cookie field value. Never fails; `why_rejected` says whether a browser would store the cookie.
///   set-cookie-string = cookie-pair *( ";" OWS cookie-av )
[[nodiscard]] ABIDE_API set_cookie parse_set_cookie(std::string_view field) noexcept;

/// Parses only the Domain attribute, as in set_cookie::domain.
[[nodiscard]] ABIDE_API std::string_view parse_cookie_domain(std::string_view set_cookie_field) noexcept;

/// Whether the field deletes the cookie: Max-Age <= 0, or no Max-Age and an Expires in the past. `now`: Unix seconds;
/// the time of the response's Date field if it has one (CK-23).
[[nodiscard]] ABIDE_API bool deletes(const set_cookie&, std::int64_t now) noexcept;

/// Buffer size that `write_deletion` needs.
constexpr std::size_t deletion_size_max(std::size_t field_size) noexcept { return field_size + 80; }

/// Writes a Set-Cookie field, without a value, that deletes the cookie which this field sets or deletes: its name,
/// Max-Age=0, and the attributes that identify the cookie or that browsers check. `out` must not overlap the field and
/// must hold deletion_size_max(field.size()) bytes. Returns the length.
[[nodiscard]] ABIDE_API std::size_t write_deletion(std::string_view field, char* out) noexcept;

/// The origin of a Set-Cookie field, for `why_rejected`.
struct cookie_origin {
  std::string_view host;  ///< lower case, without port
  bool secure = true;     ///< https (or a loopback host, which browsers trust)
};

/// Why a browser rejects the cookie (CK-5, CK-6, CK-7, CK-16), in a few words; empty if it stores the cookie. Does not
/// check for public suffixes; the middleware does.
[[nodiscard]] ABIDE_API std::string_view why_rejected(std::string_view field, const set_cookie&,
                                                      const cookie_origin&) noexcept;

/// Unix seconds of a cookie date (rfc6265bis section 5.1.1, as tolerant as browsers); nullopt if it is not a date.
[[nodiscard]] ABIDE_API std::optional<std::int64_t> parse_cookie_date(std::string_view) noexcept;

/// Whether `host` is `domain` or one of its sub-domains (rfc6265bis section 5.1.3); IP addresses match only themselves.
[[nodiscard]] ABIDE_API bool domain_matches(std::string_view host, std::string_view domain) noexcept;

}  // namespace abide
