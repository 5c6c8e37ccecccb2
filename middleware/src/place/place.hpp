#pragma once
// Where the visitor is, from the one source that the site configured: a provider's geo headers or a MaxMind DB.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "abide/headers.hpp"
#include "place/geo_database.hpp"
#include "policy/address_range.hpp"

namespace abide {

class places {
 public:
  /// Throws config_error.
  places(const config&, const std::string& override_location);

  /// `fixed`, `cloudflare` ...: how places are found; lives for ever.
  std::string_view source_name() const noexcept;
  bool trusts(std::string_view peer) const noexcept;
  /// A location for jurisdiction_of; empty: unknown. Geo headers count only from a trusted peer.
  std::string location(const header_section&, std::string_view peer) const;

 private:
  geo_source from_;
  std::string fixed_;
  std::vector<address_range> proxies_;
  std::optional<geo_database> database_;
};

}  // namespace abide
