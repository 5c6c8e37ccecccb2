#pragma once
// A range of IP addresses in CIDR notation: `10.0.0.0/8`, `::1/128`.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace abide::detail {

/// IPv4 addresses have their IPv4-mapped form, so that one comparison serves both families.
struct address_range {
  std::array<std::uint8_t, 16> network{};
  unsigned bits = 128;  ///< number of leading bits that count
};

/// Nothing for a text that is not a range; a plain address is not one.
std::optional<address_range> read_address_range(std::string_view) noexcept;

/// Whether it is an IPv4 or IPv6 address, without a port and without brackets.
bool is_address(std::string_view) noexcept;

/// The bytes of an address, IPv4 in the IPv4-mapped form; nothing if the text is not an address.
std::optional<std::array<std::uint8_t, 16>> read_address_bytes(std::string_view) noexcept;

/// The address of a peer as servers write it: without the zone of an IPv6 address, which is another name of the same
/// address (RFC 4007 section 11), and that of this machine for a Unix socket (`unix:`, `unix:/run/a`, as nginx writes
/// it). Other texts are left as they are.
std::string_view peer_address(std::string_view peer) noexcept;

/// Whether the address (`127.0.0.1`, `::1`, `::ffff:127.0.0.1`) is in the range; false if it is not an address.
bool contains(const address_range&, std::string_view address) noexcept;

}  // namespace abide::detail
