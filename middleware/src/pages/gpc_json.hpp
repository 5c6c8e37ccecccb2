#pragma once
// The GPC support resource, /.well-known/gpc.json: what a site says about the signal (W3C GPC, GPC-15 to GPC-20).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace abide::detail {

enum class gpc_answer : std::uint8_t { unknown, abides, does_not_abide };

/// `unknown`, `abides`, `does-not-abide`.
std::string_view to_string(gpc_answer) noexcept;

struct gpc_support {
  gpc_answer answer = gpc_answer::unknown;
  std::optional<std::string> last_update;  ///< an RFC 3339 full-date or date-time, as written
};

/// Reads the final response to a GET, after redirects. Anything malformed is unknown. `content_type` is empty when the
/// response has none.
gpc_support read_gpc_json(int status, std::string_view content_type, std::string_view body);

/// Writes the resource. `updated` is a date given by configuration, never today's (GPC-23); empty: the member is left
/// out.
std::string write_gpc_json(bool abides, std::string_view updated);

}  // namespace abide::detail
