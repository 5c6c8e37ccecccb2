#pragma once
// Browser signals: Global Privacy Control and Do Not Track.
#include <cstdint>
#include <string_view>

#include "abide/api.h"

namespace abide {

/// How to read a Sec-GPC field that an intermediary combined (`0, 1`); W3C GPC leaves this open (issue 114).
enum class joined_values : std::uint8_t {
  any,      ///< honour the field if any comma-separated member is exactly `1`
  literal,  ///< the whole value must be exactly `1`
};

/// Do Not Track: not sent, `0` (which is never consent) or `1`.
enum class dnt_value : std::uint8_t { absent, zero, one };

/// The signals of one request. A plain value; all off by default.
struct signals {
  bool gpc = false;
  dnt_value dnt = dnt_value::absent;
};

/// True when one Sec-GPC field value expresses the preference (W3C GPC, GPC-2..GPC-5).
///   Sec-GPC-field-value = "1"        ; OWS = *( SP / HTAB ) around it is not part of the value
[[nodiscard]] ABIDE_API bool expresses_gpc(std::string_view value, joined_values joined = joined_values::any) noexcept;

/// Parses one DNT field value (W3C TPE, DNT-1): only its first character counts.
///   DNT-field-value = ( "0" / "1" ) *DNT-extension
[[nodiscard]] ABIDE_API dnt_value parse_dnt(std::string_view value) noexcept;

/// Adds one header field to `seen`; a field with another name changes nothing. Call it for every field of the header
/// section, never for a trailer field (GPC-6). One exact `1` among several fields is enough (GPC-4).
ABIDE_API void read_signal(std::string_view name, std::string_view value, signals& seen,
                           joined_values joined = joined_values::any) noexcept;

/// Whether two field names are equal (RFC 9110 section 5.1: case-insensitive).
[[nodiscard]] ABIDE_API bool same_field(std::string_view a, std::string_view b) noexcept;

}  // namespace abide
