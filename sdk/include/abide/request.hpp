#pragma once
// Classifies the requests that a page makes: images, beacons, scripts, frames.
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/catalog.hpp"
#include "abide/policy.hpp"

namespace abide {

/// What makes the request, as the page's elements and Sec-Fetch-Dest say.
enum class request_type : std::uint8_t { other, image, script, frame, beacon, fetch, style, font, media };

/// The type with this name (`script`, `iframe`, ...); `other` for an unknown name.
[[nodiscard]] ABIDE_API request_type parse_request_type(std::string_view) noexcept;

/// A request to be classified. Views the URL and the site.
struct request_facts {
  std::string_view url;  ///< absolute, or without a host for the site's own
  request_type type = request_type::other;
  std::string_view site;  ///< the page's host or registrable domain, lower case; empty: any host is third-party
};

/// Whether two hosts (lower case, punycode) are same-site: equal, or with the same registrable domain by the Public
/// Suffix List, private suffixes (`github.io`) included.
[[nodiscard]] ABIDE_API bool is_same_site(std::string_view host, std::string_view other) noexcept;

/// Classifies a request by the first match of: the site's rules for its host (the strictest of several), known paths of
/// a third party's host, the third party's host, the usual paths of beacons and pixels on any host. Otherwise the
/// site's own requests are required and others follow the rule for unknowns. A tag container is classified as such, not
/// as what it may load.
[[nodiscard]] ABIDE_API classification classify_request(const policy&, const request_facts&) noexcept;

}  // namespace abide
