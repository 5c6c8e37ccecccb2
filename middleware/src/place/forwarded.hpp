#pragma once
// What proxies say about a request: X-Forwarded-For and related fields, those of CDNs, and Forwarded (RFC 7239).
#include <cstdint>
#include <string_view>

#include "abide/headers.hpp"
#include "place/proxies.hpp"

namespace abide::detail {

/// Views the section and the peer's text. Empty: not stated.
struct forwarded {
  std::string_view client;  ///< address without a port; empty: unknown
  std::string_view proto, host, port, prefix;
  std::uint16_t named_by = 0;  ///< the fields that state these four: bits of forwarded_field_name
};

/// The name of a field that read_forwarded reads, by its bit number; empty after the last.
std::string_view forwarded_field_name(unsigned bit) noexcept;

inline constexpr std::string_view cloudfront_proto = "CloudFront-Forwarded-Proto";

/// Whether it is one of the fields that read_forwarded reads.
bool is_forwarded_field(std::string_view name) noexcept;

/// Reads what trusted proxies say; `peer` must be one. Each proxy appends its own client to the list or adds another
/// field, so all fields of a name form one list, which is read from the right: the client is the first address that is
/// not a trusted proxy's; members before it are only the client's claims. If X-Forwarded-For and Forwarded name
/// different clients, one of them was forged, and the client is unknown.
forwarded read_forwarded(const header_section&, std::string_view peer, const trusted_proxies&);

}  // namespace abide::detail
