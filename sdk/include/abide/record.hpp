#pragma once
// What one visitor chose, and when. The signed consent cookie carries its text form.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "abide/api.h"
#include "abide/category.hpp"

namespace abide {

/// What a visitor chose for one category.
enum class choice : std::uint8_t { none, granted, denied };

/// Who decided, and where.
enum class source : std::uint8_t { none, banner, settings, gpc_header, gpc_js, dnt, account, api };

/// `banner`, `settings`, `gpc_header` ... Static lifetime. parse_source returns nullopt for any other text and for
/// `none`.
[[nodiscard]] ABIDE_API std::string_view to_string(source) noexcept;
[[nodiscard]] ABIDE_API std::optional<source> parse_source(std::string_view) noexcept;

/// A grant for purposes that a signal refuses, given after the visitor was told of the conflict (11 CCR 7025(c)(3)).
struct informed_exception {
  category_set purposes;
  std::int64_t time = 0;  ///< Unix seconds
};

/// A wish to allow again what was opted out of sale or sharing. It takes two steps: the request, then a separate
/// confirmation (11 CCR 7028(a)).
struct opt_in {
  category_set purposes;
  std::int64_t time = 0;   ///< Unix seconds of the request or, once confirmed, of the confirmation
  bool confirmed = false;  ///< false: it allows nothing yet
};

/// One service that the visitor allowed individually, whatever they chose for the rest of its category.
struct service_grant {
  std::uint32_t service = 0;  ///< see service_id; 0: none
  abide::category category = category::required;
  std::uint32_t notice = 0;  ///< version of the notice at that time
  std::int64_t time = 0;     ///< Unix seconds
};

/// Most services that a record holds; a further one replaces the oldest.
inline constexpr std::size_t service_grants_max = 8;

/// The services allowed individually: the first `count` of `at`. A later refusal of a category removes its services
/// (see apply_wish).
struct service_grants {
  std::array<service_grant, service_grants_max> at{};
  std::uint8_t count = 0;

  const service_grant* begin() const noexcept { return at.data(); }
  const service_grant* end() const noexcept { return at.data() + count; }
};

/// What one visitor chose. A plain value without views.
struct record {
  std::array<choice, 4> choices{};  ///< by category
  std::int64_t time = 0;            ///< Unix seconds of the latest choice of categories; 0: none was made
  std::uint32_t notice = 0;         ///< version of the notice that was shown; 0: none
  abide::source source = source::none;
  std::optional<std::int64_t> sticky_since;  ///< Unix seconds of the latest remembered signal or opt-out
  std::optional<informed_exception> exception;
  std::optional<abide::opt_in> opt_in;
  service_grants services;
};

/// Longest text that `write_record` writes, in bytes.
inline constexpr std::size_t record_text_max = 336;

/// Writes the text form into `out` (at least `record_text_max` bytes); returns its length.
///   record    = "1" "." 4choice "." time "." notice "." source "." [ time ] "." [ purposes "-" time ]
///               [ "." [ opt-in ] [ "." service *( "_" service ) ] ]
///   opt-in    = purposes ( "?" / "!" ) time   ; "?" requested, "!" confirmed
///   service   = category number "-" seconds "-" version   ; allowed individually: id, time, notice
///   category  = "1" / "2" / "3"      ; number = 1*7base36, seconds = 1*8base36, version = 1*6base36 ; 0-9, a-z
///   choice    = "n" / "g" / "d"      ; none, granted, denied: required, analytics, functional, targeting
///   time      = 1*12DIGIT            ; Unix seconds
///   notice    = 1*9DIGIT             ; source = DIGIT, purposes = 1*2DIGIT: the enum's value, the set's bits
[[nodiscard]] ABIDE_API std::size_t write_record(const record&, char* out) noexcept;

/// Parses that form; nullopt for any other bytes, which then count as no choice.
[[nodiscard]] ABIDE_API std::optional<record> parse_record(std::string_view) noexcept;

/// Unix seconds of an RFC 3339 date-time, fractions dropped; nullopt for any other text.
[[nodiscard]] ABIDE_API std::optional<std::int64_t> parse_timestamp(std::string_view) noexcept;

/// Whether the text is an RFC 3339 full-date or date-time (GPC-19).
[[nodiscard]] ABIDE_API bool is_date_or_timestamp(std::string_view) noexcept;

/// Writes the UTC date of a Unix time as `YYYY-MM-DD` into `out` (10 bytes), years 0000 to 9999.
ABIDE_API void write_date(std::int64_t time, char* out) noexcept;

}  // namespace abide
