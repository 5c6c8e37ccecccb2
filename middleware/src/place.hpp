#pragma once
// Where the visitor is, from the headers of the one provider that the site configured (law.md section 5).
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "abide/headers.hpp"
#include "address_range.hpp"

namespace abide {

class places {
 public:
  /// Throws config_error.
  places(const config&, const std::string& override_location);

  bool trusts(std::string_view peer) const noexcept;
  /// A location for jurisdiction_of; empty: unknown. Geo headers count only from a trusted peer.
  std::string location(const header_section&, std::string_view peer) const;
  /// The header fields the answer depends on, for Vary; empty views where there are none.
  std::string_view country_field() const noexcept;

 private:
  geo_source from_;
  std::string fixed_;
  std::vector<address_range> proxies_;
};

}  // namespace abide
