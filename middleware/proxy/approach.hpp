#pragma once
// What the application is told of how a request came: X-Forwarded-For, -Proto, -Host, Forwarded, Via.
#include <string_view>

#include "place/proxies.hpp"
#include "proxy/fields.hpp"

namespace abide::detail::proxy {

struct approach {
  std::string_view peer;  ///< address
  bool tls = false;
  unsigned minor = 1;
};

/// Writes them from the connection. What the peer itself says there is kept, and added to, only where it is trusted.
void tell_approach(const approach&, const trusted_proxies&, fields& request);
/// Adds this proxy to Via.
void add_via(unsigned minor, fields&);

}  // namespace abide::detail::proxy
