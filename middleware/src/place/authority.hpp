#pragma once
// Host and port of a Host field or an absolute URL (RFC 3986 section 3.2).
#include <cstdint>
#include <optional>
#include <string_view>

namespace abide::detail {

/// Views the text that it was read from.
struct authority {
  std::string_view host;   ///< a name without a trailing dot, an IPv4 address, or an IPv6 address in brackets
  std::uint16_t port = 0;  ///< 0: the scheme's default
};

/// nullopt if the host is neither an address nor a host name (RFC 1123 section 2.1, also with `_` as browsers accept
/// it, at most 253 bytes, labels of at most 63).
std::optional<authority> read_authority(std::string_view) noexcept;

}  // namespace abide::detail
