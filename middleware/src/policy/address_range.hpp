#pragma once
// A range of IP addresses in CIDR notation: `10.0.0.0/8`, `::1/128`.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace abide::detail {

/// IPv4 stands in its IPv6-mapped form, so that one comparison serves both.
struct address_range {
  std::array<std::uint8_t, 16> network{};
  unsigned bits = 128;  ///< how many leading bits count
};

/// Nothing for any text that is no range; a plain address is none either.
std::optional<address_range> read_address_range(std::string_view) noexcept;

/// Whether it is an IPv4 or IPv6 address, without a port and without brackets.
bool is_address(std::string_view) noexcept;

/// Its bytes, IPv4 in the IPv6-mapped form; nothing for what is no address.
std::optional<std::array<std::uint8_t, 16>> read_address_bytes(std::string_view) noexcept;

/// Whether the address (`127.0.0.1`, `::1`, `::ffff:127.0.0.1`) lies in the range; false for what is no address.
bool contains(const address_range&, std::string_view address) noexcept;

}  // namespace abide::detail
