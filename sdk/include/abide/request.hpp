#pragma once
// From a request that a page makes to its category: images, beacons, scripts, frames.
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/catalog.hpp"
#include "abide/policy.hpp"

namespace abide {

/// What asks for it, as a page's elements and Sec-Fetch-Dest say.
enum class request_type : std::uint8_t { other, image, script, frame, beacon, fetch, style, font, media };

/// The type of a name (`script`, `iframe`, ...); other for any that is not known.
[[nodiscard]] ABIDE_API request_type parse_request_type(std::string_view) noexcept;

/// A request to be classified. Views the URL and the site for the time of the call.
struct request_facts {
  std::string_view url;  ///< absolute, or without a host: the site's own
  request_type type = request_type::other;
  std::string_view
      site;  ///< the page's host or registrable domain, lower case; empty: unknown, then the URL's host is third
};

/// Whether two hosts (lower case, punycode) belong to one site: both below one domain that somebody registered, by the
/// Public Suffix List, private suffixes (`github.io`) included; or the same host.
[[nodiscard]] ABIDE_API bool is_same_site(std::string_view host, std::string_view other) noexcept;

/// Classifies a request by its URL: what the site's own rules say of its host (of several the strictest), what the path
/// says of a known host, the third party's host, the usual shapes of beacons and pixels on any host, then: the site's
/// own requests are required, those of others follow the unknown rule. A tag container counts as such, not as what it
/// may load.
[[nodiscard]] ABIDE_API classification classify_request(const policy&, const request_facts&) noexcept;

}  // namespace abide
