#pragma once
// Finds a cookie's category by its name and host. Data: sdk/data/catalog.tsv, hosts.tsv.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/category.hpp"

namespace abide {

/// What a classification rests on.
enum class evidence : std::uint8_t { policy, catalog, pattern, host, model, rule };
[[nodiscard]] ABIDE_API std::string_view to_string(evidence) noexcept;

/// What is known about a cookie or a request. `vendor` is a view: static if the catalog gave it, valid as long as the
/// policy's texts if a rule of the policy did.
struct classification {
  abide::category category = category::targeting;
  bool shared = true;           ///< its vendor sells or shares what it learns, or no contract says otherwise
  std::uint8_t confidence = 0;  ///< percent
  evidence from = evidence::rule;
  std::string_view vendor;  ///< empty: unknown
};

/// Looks a cookie up by name and, for entries that name a host, by the host that sets it (lower case, may be empty).
/// Returns false and leaves `found` unchanged if the catalog has no match. Precedence: exact name over pattern, longer
/// pattern over shorter (between a prefix and a suffix, higher confidence), entry with a host over entry without, the
/// name as given over its normal form (lower case, unescaped, no __Host- or __Secure-, no number or hash at the end).
[[nodiscard]] ABIDE_API bool look_up(std::string_view name, std::string_view host, classification& found) noexcept;

/// Looks a third party's host (lower case) up, whatever cookies it sets. An entry of the host table covers its domain
/// and all sub-domains. Also accepts the target of a CNAME.
[[nodiscard]] ABIDE_API bool look_up_host(std::string_view host, classification& found) noexcept;

/// Looks up name and host. The host's entry wins if its confidence is higher, unless the name's entry names a host.
[[nodiscard]] ABIDE_API bool look_up_third_party(std::string_view name, std::string_view host,
                                                 classification& found) noexcept;

/// Size and version of the built-in catalog. Its text has static lifetime.
struct catalog_info {
  std::size_t entries;  ///< names and patterns
  std::size_t hosts;
  std::size_t bytes;       ///< size of the packed tables
  std::uint32_t checksum;  ///< of the source data
  std::string_view version;
};
[[nodiscard]] ABIDE_API catalog_info catalog() noexcept;

/// Whether `name` matches an exact name, a `prefix*` or a pattern with one `*` anywhere.
[[nodiscard]] ABIDE_API bool name_matches(std::string_view pattern, std::string_view name) noexcept;

/// Whether `host` is the rule's host or, if the rule has a leading dot (`.ads.example`), that domain or a sub-domain.
/// An empty rule matches every host.
[[nodiscard]] ABIDE_API bool host_matches(std::string_view rule, std::string_view host) noexcept;

}  // namespace abide
