#pragma once
// Where the visitor is, from the source that the policy names: a fixed place, a provider's geo headers or a MaxMind DB.
#include <optional>
#include <string>
#include <string_view>

#include "abide/config.hpp"
#include "abide/headers.hpp"
#include "place/geo_database.hpp"
#include "place/proxies.hpp"

namespace abide::detail {

class places {
 public:
  /// Throws config_error.
  places(const config&, const std::string& override_location);

  /// `fixed`, `cloudflare` ...: the source of places. Static lifetime.
  std::string_view source_name() const noexcept;
  const detail::trusted_proxies& proxies() const noexcept { return proxies_; }
  /// A location for find_jurisdiction; empty: unknown. `trusted`: geo headers count only from a trusted peer. `client`:
  /// the address of the visitor.
  std::string location(const header_section&, bool trusted, std::string_view client) const;

 private:
  geo_source from_;
  std::string fixed_;
  detail::trusted_proxies proxies_;
  std::optional<geo_database> database_;
};

}  // namespace abide::detail
