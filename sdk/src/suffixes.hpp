#pragma once
// The Public Suffix List, packed: who owns a domain. Data: sdk/data/suffixes.txt, suffixes_more.txt.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::detail {

/// The domain that somebody registered, of a host in lower case (punycode): `a.b.shop.co.uk` is below `shop.co.uk`.
/// Empty for an address and for what is itself a public suffix. Views the host.
std::string_view registrable_domain(std::string_view host) noexcept;

namespace data {

// What a name of the list says; several may be true of one name.
inline constexpr std::uint32_t suffix_rule = 1, suffix_children = 2, suffix_exception = 4, suffix_flags = 7;

/// Rules by the hash of their names. Of a name stand 10 bits in the bucket and 21 in its entry (24 bits: what it says,
/// then the hash): a name that is not on the list passes for one that is in some 3 of 10^6 times.
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
