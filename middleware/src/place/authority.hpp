#pragma once
// The host and the port of a Host field or of an absolute URL (RFC 3986 section 3.2).
#include <cstdint>
#include <optional>
#include <string_view>

namespace abide::detail {

/// Views the text it was read from.
struct authority {
  std::string_view host;   ///< a name without a dot at its end, an IPv4 address, or an IPv6 address in brackets
  std::uint16_t port = 0;  ///< 0: the scheme's own
};

/// Nothing for what is neither a host name (RFC 1123 section 2.1, `_` as browsers take it, at most 253 bytes, labels of
/// at most 63) nor an address.
std::optional<authority> read_authority(std::string_view) noexcept;

}  // namespace abide::detail
