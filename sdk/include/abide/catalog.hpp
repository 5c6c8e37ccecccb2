#pragma once
// From a cookie's name and host to its category. Data: sdk/data/catalog.tsv, hosts.tsv.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/category.hpp"

namespace abide {

/// What a classification rests on.
enum class evidence : std::uint8_t { policy, catalog, pattern, host, model, rule };
[[nodiscard]] ABIDE_API std::string_view to_string(evidence) noexcept;

/// What is known of a cookie or a request. `vendor` lives as long as what it came from: for ever if that is the
/// catalog, as long as the policy's texts if it is a rule of the policy.
struct classification {
  abide::category category = category::targeting;
  bool shared = true;           ///< its vendor sells or shares what it learns, or no contract says otherwise
  std::uint8_t confidence = 0;  ///< percent
  evidence from = evidence::rule;
  std::string_view vendor;  ///< empty: unknown
};

/// Looks a cookie up by name and, for entries that need one, by the host that sets it (lower case, may be empty).
/// False when the catalog does not know it; `found` is then unchanged. An exact name wins over a pattern, a longer one
/// over a shorter one (of a beginning and an end the surer), an entry for the host over one without, the name as it
/// stands over its normal form (lower case, unescaped, without __Host- or __Secure-, without the number or hash at its
/// end).
[[nodiscard]] ABIDE_API bool look_up(std::string_view name, std::string_view host, classification& found) noexcept;

/// What a third party's host (lower case) is known for, whatever it sets; the host table knows domains and what is
/// below them. A host that a CNAME leads to may be asked for as well.
[[nodiscard]] ABIDE_API bool look_up_host(std::string_view host, classification& found) noexcept;

/// Both: the name, unless the third party's host is better known than it.
[[nodiscard]] ABIDE_API bool look_up_third_party(std::string_view name, std::string_view host,
                                                 classification& found) noexcept;

/// Size and version of the built-in catalog. Its text lives for ever.
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

/// Whether `host` is the rule's host, or with a leading dot (`.ads.example`) that domain or one below; empty matches
/// all.
[[nodiscard]] ABIDE_API bool host_matches(std::string_view rule, std::string_view host) noexcept;

}  // namespace abide
