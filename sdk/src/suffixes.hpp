#pragma once
// The Public Suffix List, packed. Data: sdk/data/suffixes.txt, suffixes_more.txt.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::detail {

/// The registrable domain of a host (lower case, punycode): `shop.co.uk` for `a.b.shop.co.uk`. Empty for an address and
/// for a public suffix. Views the host.
std::string_view registrable_domain(std::string_view host) noexcept;

namespace data {

// Flags of a name on the list; a name may have several.
inline constexpr std::uint32_t suffix_rule = 1, suffix_children = 2, suffix_exception = 4, suffix_flags = 7;

/// Rules by the hash of their names. 10 bits of the hash are the bucket and 21 are in the entry (24 bits: flags, then
/// hash). About 3 in 10^6 names that are not on the list are taken for listed ones.
struct suffix_table {
  const std::uint8_t* entries;   ///< three bytes each, low byte first
  const std::uint16_t* buckets;  ///< where each bucket's entries begin; one more than there are buckets
  std::uint32_t count, bytes;
  const char* version;
};
extern const suffix_table suffixes;

inline constexpr unsigned suffix_bucket_bits = 10, suffix_entry_size = 3;
constexpr std::size_t suffix_bucket(std::uint64_t hash) noexcept { return hash >> (64 - suffix_bucket_bits); }
constexpr std::uint32_t suffix_tag(std::uint64_t hash) noexcept {
  return static_cast<std::uint32_t>(hash & 0x1fffffu) << 3;
}

}  // namespace data
}  // namespace abide::detail
