#pragma once
// What proxies say of a request: X-Forwarded-For and its kin, and Forwarded (RFC 7239).
#include <cstdint>
#include <string_view>

#include "abide/headers.hpp"
#include "place/proxies.hpp"

namespace abide::detail {

/// Views the section and the peer's text. Empty: not said.
struct forwarded {
  std::string_view client;  ///< address without a port; empty: unknown
  std::string_view proto, host, port, prefix;
  std::uint16_t named_by = 0;  ///< the fields that say these four: a bit for each of forwarded_field_name
};

/// The name of a field that read_forwarded reads, by its bit; empty beyond the last.
std::string_view forwarded_field_name(unsigned bit) noexcept;

/// Whether it is one of the fields that read_forwarded reads.
bool is_forwarded_field(std::string_view name) noexcept;

/// Reads what trusted proxies say; `peer` is one of them. Each proxy writes down who asked it, at the end of the list
/// or in a field of its own, so all fields of a name are one list, which is read from the right: the client is the
/// first address there that is no trusted proxy's, and what stands before it is the client's own word. Where
/// X-Forwarded-For and Forwarded name different clients, one of them came from outside, and the client is unknown.
forwarded read_forwarded(const header_section&, std::string_view peer, const trusted_proxies&);

}  // namespace abide::detail
